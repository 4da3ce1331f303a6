using System.Runtime.InteropServices;
using Xunit;

namespace Lineup.TestSupport.Hosting;

/// <summary>The signal that asks a process to end, which .NET can receive but not send.</summary>
public static class Signals
{
    private const int SigTerm = 15;

    /// <summary>Skips the test where there are no signals.</summary>
    public static void Require() => Assert.SkipUnless(OperatingSystem.IsLinux(), "SIGTERM is sent through Linux' libc");

    public static void Terminate(int processId) => Assert.Equal(0, Kill(processId, SigTerm));

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int processId, int signal);
}
