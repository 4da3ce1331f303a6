namespace Lineup.Cli.Remote;

/// <summary>What a server refused or failed to do, in words for the one who asked.</summary>
internal sealed class RemoteException(string message, Exception? inner = null) : Exception(message, inner);
