using System.Diagnostics;
using Lineup.Cluster.Running;
using Lineup.Cluster.Topologies;

namespace Lineup.Cluster.Launching;

/// <summary>How services of one kind are started on this machine.</summary>
internal interface IRecipe
{
    /// <summary>The program that this machine must have; null where Lineup brings it.</summary>
    string? Program { get; }

    /// <summary>Asks the process to end.</summary>
    Signal StopSignal => Signal.Terminate;

    /// <summary>Makes what the service needs on disk and says what is to be run.</summary>
    Task<Launch> PrepareAsync(LaunchContext context, CancellationToken cancellationToken);

    /// <summary>What is left to do once it is healthy for the first time.</summary>
    Task AfterStartAsync(LaunchContext context, CancellationToken cancellationToken) => Task.CompletedTask;
}

/// <summary>What is to be run.</summary>
/// <param name="Program">Path of the program, or its name on the path.</param>
/// <param name="Arguments">Its arguments.</param>
internal sealed record Launch(string Program, IReadOnlyList<string> Arguments)
{
    /// <summary>Name of the user to run it as; null: the one who starts it.</summary>
    public string? User { get; init; }
}

/// <summary>A service that is about to start.</summary>
/// <param name="Service">The service.</param>
/// <param name="Topology">All services.</param>
/// <param name="Options">How the whole is run.</param>
/// <param name="Places">Addresses and folders.</param>
/// <param name="Folder">Secrets.</param>
/// <param name="Settings">Its settings by name; recipes may add to them.</param>
/// <param name="Program">Path of the program that the recipe asks for.</param>
internal sealed record LaunchContext(
    ServiceDescription Service,
    Topology Topology,
    ClusterRunOptions Options,
    LoopbackPlaces Places,
    RunFolder Folder,
    Dictionary<string, string> Settings,
    string Program)
{
    public string Data => Places.Data(Service);

    public int Port(string name) => Places.Port(Service, name);

    /// <summary>Runs a program to its end.</summary>
    /// <exception cref="ServiceException">It did not end well.</exception>
    public async Task RunAsync(Launch launch, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo("setpriv") { RedirectStandardError = true, RedirectStandardOutput = true, WorkingDirectory = "/" };
        foreach (var argument in Launcher.As(launch))
            start.ArgumentList.Add(argument);
        start.FileName = start.ArgumentList[0];
        start.ArgumentList.RemoveAt(0);
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var errors = await process.StandardError.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        if (process.ExitCode != 0)
            throw new ServiceException($"{Service.Name}: {launch.Program} ended with {process.ExitCode}: {errors}{await output}");
    }
}
