using System.Runtime.InteropServices;
using Xunit;

namespace Lineup.TestSupport.Hosting;

/// <summary>The signals that ask a process to end, which .NET can receive but not send.</summary>
public static class Signals
{
    private const int SigInt = 2;
    private const int SigTerm = 15;

    /// <summary>Skips the test where there are no signals.</summary>
    public static void Require() => Assert.SkipUnless(OperatingSystem.IsLinux(), "signals are sent through Linux' libc");

    /// <summary>
    /// Skips the test where processes ignore Ctrl-C because whatever started the tests does: a shell without job control has what it
    /// starts in the background ignore it, and they inherit that.
    /// </summary>
    public static void RequireInterrupts()
    {
        Require();
        var ignored = File.ReadLines("/proc/self/status").First(line => line.StartsWith("SigIgn:", StringComparison.Ordinal));
        var isIgnored = (Convert.ToUInt64(ignored.Split('\t')[1].Trim(), 16) >> (SigInt - 1) & 1) == 1;
        Assert.SkipWhen(isIgnored, "SIGINT is ignored by this process and so by those it starts");
    }

    public static void Interrupt(int processId) => Assert.Equal(0, Kill(processId, SigInt));

    public static void Terminate(int processId) => Assert.Equal(0, Kill(processId, SigTerm));

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int processId, int signal);
}
