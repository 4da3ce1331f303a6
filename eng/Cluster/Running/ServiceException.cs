namespace Lineup.Cluster.Running;

/// <summary>A service did not do what it was told; the message ends with the last lines of its log.</summary>
public sealed class ServiceException(string message) : Exception(message);
