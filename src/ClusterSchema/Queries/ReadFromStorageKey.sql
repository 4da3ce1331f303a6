SELECT state AS PayloadBinary, version AS Version FROM lineup_grain_state
WHERE service = @ServiceId AND kind = @GrainTypeString AND number_high = @GrainIdN1 AND number_low = @GrainIdN0
    AND name = coalesce(@GrainIdExtensionString, '')
