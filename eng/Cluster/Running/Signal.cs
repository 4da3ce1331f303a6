using System.Runtime.InteropServices;

namespace Lineup.Cluster.Running;

/// <summary>A signal of Linux, which .NET can receive but not send.</summary>
internal readonly record struct Signal(int Number)
{
    public static readonly Signal Interrupt = new(2);
    public static readonly Signal Kill = new(9);
    public static readonly Signal UserOne = new(10);
    public static readonly Signal Terminate = new(15);
    public static readonly Signal Continue = new(18);
    public static readonly Signal Stop = new(19);

    /// <summary>Sends it; a process that has ended meanwhile gets none.</summary>
    public void SendTo(int processId) => _ = Send(processId, Number);

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Send(int processId, int signal);
}
