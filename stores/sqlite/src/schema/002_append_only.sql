-- An event is a fact: whatever else opens this file cannot change one by mistake.
CREATE TRIGGER events_are_never_changed BEFORE UPDATE ON events
BEGIN SELECT RAISE(ABORT, 'a stored event is never changed'); END;

CREATE TRIGGER events_are_never_removed BEFORE DELETE ON events
BEGIN SELECT RAISE(ABORT, 'a stored event is never removed'); END;

CREATE TRIGGER streams_are_never_changed BEFORE UPDATE ON streams
BEGIN SELECT RAISE(ABORT, 'a stream keeps its name'); END;

CREATE TRIGGER streams_are_never_removed BEFORE DELETE ON streams
BEGIN SELECT RAISE(ABORT, 'a stream is never removed'); END;

CREATE TRIGGER types_are_never_changed BEFORE UPDATE ON types
BEGIN SELECT RAISE(ABORT, 'a type keeps its name'); END;

CREATE TRIGGER types_are_never_removed BEFORE DELETE ON types
BEGIN SELECT RAISE(ABORT, 'a type is never removed'); END;
