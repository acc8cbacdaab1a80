-- An event is a fact: whatever else opens this file cannot change one by mistake.
CREATE TRIGGER events_are_never_changed BEFORE UPDATE ON events
BEGIN SELECT RAISE(ABORT, 'a stored event is never changed'); END;

CREATE TRIGGER events_are_never_removed BEFORE DELETE ON events
BEGIN SELECT RAISE(ABORT, 'a stored event is never removed'); END;

CREATE TRIGGER streams_are_never_changed BEFORE UPDATE ON streams
BEGIN SELECT RAISE(ABORT, 'a stream keeps its name'); END;

CREATE TRIGGER streams_are_never_removed BEFORE DELETE ON streams
BEGIN SELECT RAISE(ABORT, 'a stream is never removed'); END;

CREATE TRIGGER kinds_are_never_changed BEFORE UPDATE ON kinds
BEGIN SELECT RAISE(ABORT, 'a kind keeps its meaning'); END;

CREATE TRIGGER kinds_are_never_removed BEFORE DELETE ON kinds
BEGIN SELECT RAISE(ABORT, 'a kind is never removed'); END;
