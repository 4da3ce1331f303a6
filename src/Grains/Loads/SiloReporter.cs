using Lineup.GrainInterfaces.Loads;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;

namespace Lineup.Grains.Loads;

/// <summary>Reports how this silo is as long as it is part of the cluster, and keeps what it hears about the others.</summary>
internal sealed partial class SiloReporter(
    SiloReportMaker maker, SiloLoads loads, SiloDeparture departure, IGrainFactory grains, TimeProvider clock, ILogger<SiloReporter> log)
    : ILifecycleParticipant<ISiloLifecycle>, IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly CancellationTokenSource _stop = new();
    private Task _work = Task.CompletedTask;

    public void Participate(ISiloLifecycle lifecycle) => lifecycle.Subscribe(nameof(SiloReporter), ServiceLifecycleStage.Active, Begin, EndAsync);

    public void Dispose() => _stop.Dispose();

    private Task Begin(CancellationToken cancellationToken)
    {
        _work = Task.Run(ReportOnAndOnAsync, CancellationToken.None);
        return Task.CompletedTask;
    }

    private async Task EndAsync(CancellationToken cancellationToken)
    {
        departure.Begin();
        await _stop.CancelAsync();
        await _work;
    }

    private async Task ReportOnAndOnAsync()
    {
        var said = false;
        while (!_stop.IsCancellationRequested || (departure.HasBegun && !said))
        {
            said = departure.HasBegun;
            await ReportAsync();
            using var pause = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token, said ? CancellationToken.None : departure.Begun);
            await Task.Delay(loads.Latest.Interval, clock, pause.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task ReportAsync()
    {
        try
        {
            loads.Hear(await grains.GetGrain<IClusterLoadGrain>(IClusterLoadGrain.Key).Report(maker.Make()).WaitAsync(Patience, clock));
        }
#pragma warning disable CA1031 // Nothing depends on a report: the next one says all that this one would have said.
        catch (Exception error)
#pragma warning restore CA1031
        {
            NotReported(log, error);
        }
    }

    [LoggerMessage(LogLevel.Debug, "The silo's load could not be reported")]
    private static partial void NotReported(ILogger log, Exception error);
}
