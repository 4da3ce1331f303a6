using Lineup.Cluster.Running;

namespace Lineup.Failures.Faults;

/// <summary>Processes that die, are stopped, or stand still. What dies is started anew by its supervisor after a second.</summary>
internal static class ProcessFaults
{
    private static readonly TimeSpan HealthLimit = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan BetweenRestarts = TimeSpan.FromSeconds(3);

    public static Fault KillSilo { get; } = new()
    {
        Name = "kill-silo",
        Title = "kill -9 the busiest silo",
        RunAsync = (scene, _) => Kill(scene, scene.BusiestSilo),
    };

    public static Fault TerminateSilo { get; } = new()
    {
        Name = "terminate-silo",
        Title = "SIGTERM the busiest silo, start it again 5 s after it has ended",
        RunAsync = async (scene, cancellationToken) => await RestartAsync(scene, scene.BusiestSilo, TimeSpan.FromSeconds(5), cancellationToken),
    };

    public static Fault KillFrontend { get; } = new()
    {
        Name = "kill-frontend",
        Title = "kill -9 a frontend",
        RunAsync = (scene, _) => Kill(scene, scene.Frontends[0]),
    };

    public static Fault RestartStore { get; } = new()
    {
        Name = "restart-store",
        Title = "restart the store of membership",
        RunAsync = async (scene, cancellationToken) => await RestartAsync(scene, scene.Store, TimeSpan.Zero, cancellationToken),
    };

    public static Fault StopStore { get; } = new()
    {
        Name = "stop-store",
        Title = "stop the store of membership for 30 s",
        ShortestLoad = 60,
        RunAsync = async (scene, cancellationToken) => await RestartAsync(scene, scene.Store, TimeSpan.FromSeconds(30), cancellationToken),
    };

    public static Fault RollingRestart { get; } = new()
    {
        Name = "rolling-restart",
        Title = "restart every silo, one after the other",
        ShortestLoad = 60,
        RunAsync = async (scene, cancellationToken) =>
        {
            foreach (var silo in scene.Silos)
            {
                await RestartAsync(scene, silo, TimeSpan.Zero, cancellationToken);
                await Task.Delay(BetweenRestarts, cancellationToken);
            }
        },
    };

    public static Fault PauseSilo { get; } = new()
    {
        Name = "pause-silo",
        Title = "SIGSTOP the busiest silo for 20 s",
        ShortestLoad = 40,
        RunAsync = async (scene, cancellationToken) =>
        {
            var silo = scene.BusiestSilo;
            scene.Tell($"{silo.Name} is paused");
            silo.Pause();
            try
            {
                await Task.Delay(TimeSpan.FromSeconds(20), cancellationToken);
            }
            finally
            {
                silo.Resume();
            }

            scene.Tell($"{silo.Name} goes on");
        },
    };

    internal static async Task RestartAsync(FaultScene scene, RunningService service, TimeSpan down, CancellationToken cancellationToken)
    {
        scene.Tell($"{service.Name} is told to stop");
        var code = await service.StopAsync();
        scene.Tell($"{service.Name} has ended with {code}");
        await Task.Delay(down, cancellationToken);
        await service.StartAsync(cancellationToken);
        await service.UntilHealthyAsync(HealthLimit, cancellationToken);
        scene.Tell($"{service.Name} is healthy again");
    }

    private static Task Kill(FaultScene scene, RunningService service)
    {
        scene.Tell($"{service.Name} is killed");
        service.Kill();
        return Task.CompletedTask;
    }
}
