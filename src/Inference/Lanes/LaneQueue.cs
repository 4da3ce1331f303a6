namespace Lineup.Inference.Lanes;

/// <summary>
/// The waiting work of one variant. It takes part in a scheduler as soon as work is offered and costs nothing while empty. All state
/// belongs to the one <see cref="LaneScheduler"/> it is used with, and is guarded by that scheduler's lock.
/// </summary>
public sealed class LaneQueue
{
    /// <summary>Weight of the newest measurement in the moving average of service times.</summary>
    private const double Smoothing = 0.1;

    /// <param name="serviceTime">What one picture is expected to cost a lane, until it has been measured.</param>
    public LaneQueue(TimeSpan serviceTime)
    {
        ServiceSeconds = serviceTime.TotalSeconds;
        (Interactive, Bulk) = (new(this), new(this));
    }

    internal LaneFlow Interactive { get; }

    internal LaneFlow Bulk { get; }

    /// <summary>Moving average of what one picture costs a lane, in seconds.</summary>
    internal double ServiceSeconds { get; private set; }

    /// <summary>Waiting pictures of both priorities.</summary>
    internal int WaitingCount => Interactive.Waiting.Count + Bulk.Waiting.Count;

    internal LaneFlow Flow(LanePriority priority) => priority == LanePriority.Bulk ? Bulk : Interactive;

    internal void Measured(double seconds) => ServiceSeconds += (seconds - ServiceSeconds) * Smoothing;
}
