-- No row comes back where another version is there than the writer has read.
WITH changed AS
(
    UPDATE lineup_grain_state SET state = @PayloadBinary, version = version + 1, changed_at = now()
    WHERE service = @ServiceId AND kind = @GrainTypeString AND number_high = @GrainIdN1 AND number_low = @GrainIdN0
        AND name = coalesce(@GrainIdExtensionString, '') AND version = CAST(@GrainStateVersion AS integer)
    RETURNING version
),
added AS
(
    INSERT INTO lineup_grain_state (service, kind, number_high, number_low, name, state, version)
    SELECT @ServiceId, @GrainTypeString, @GrainIdN1, @GrainIdN0, coalesce(@GrainIdExtensionString, ''), @PayloadBinary, 1
    WHERE CAST(@GrainStateVersion AS integer) IS NULL
    ON CONFLICT DO NOTHING
    RETURNING version
)
SELECT version AS NewGrainStateVersion FROM changed UNION ALL SELECT version FROM added
