UPDATE lineup_grain_state SET state = NULL, version = version + 1, changed_at = now()
WHERE service = @ServiceId AND kind = @GrainTypeString AND number_high = @GrainIdN1 AND number_low = @GrainIdN0
    AND name = coalesce(@GrainIdExtensionString, '') AND version = CAST(@GrainStateVersion AS integer)
RETURNING version AS NewGrainStateVersion
