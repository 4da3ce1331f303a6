namespace Lineup.Cli;

/// <summary>What the process tells the shell.</summary>
internal static class ExitCode
{
    public const int Ok = 0;
    public const int Failed = 1;
    public const int Usage = 2;

    /// <summary>128 + SIGINT, as shells count it.</summary>
    public const int Interrupted = 130;

    /// <summary>The boundary of every command: cancellation is no error, and a bug shows its stack trace only on request.</summary>
    public static async Task<int> GuardAsync(Func<Task<int>> command)
    {
        try
        {
            return await command();
        }
        catch (OperationCanceledException)
        {
            await Console.Error.WriteLineAsync("lineup: interrupted");
            return Interrupted;
        }
        catch (Exception exception) when (Environment.GetEnvironmentVariable("LINEUP_DEBUG") is null)
        {
            await Console.Error.WriteLineAsync($"lineup: {exception.Message.ReplaceLineEndings(" ")} (set LINEUP_DEBUG=1 for details)");
            return Failed;
        }
    }
}
