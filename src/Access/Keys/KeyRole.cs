namespace Lineup.Access.Keys;

/// <summary>What a key opens. Each role may do what those before it may.</summary>
public enum KeyRole
{
    /// <summary>Classify and compare.</summary>
    Infer,

    /// <summary>Change the cluster's state: load, unload, pull, delete, start and cancel jobs.</summary>
    Operate,
}
