namespace Lineup.Inference.Lanes;

/// <summary>
/// The waiting work of one variant. It takes part in a scheduler as soon as work is offered and costs nothing while empty. All state
/// belongs to the one <see cref="LaneScheduler"/> it is used with, and is guarded by that scheduler's lock.
/// </summary>
/// <param name="serviceTime">What one picture is expected to cost a lane, until it has been measured.</param>
public sealed class LaneQueue(TimeSpan serviceTime)
{
    /// <summary>Weight of the newest measurement in the moving average of service times.</summary>
    private const double Smoothing = 0.1;

    internal LinkedList<LaneWork> Waiting { get; } = new();

    /// <summary>Pictures that lanes work on right now.</summary>
    internal int Running { get; set; }

    /// <summary>Moving average of what one picture costs a lane, in seconds.</summary>
    internal double ServiceSeconds { get; private set; } = serviceTime.TotalSeconds;

    /// <summary>Lane seconds this variant has been given, comparable with other queues'; the smallest is served next.</summary>
    internal double VirtualTime { get; set; }

    /// <summary>What the waiting pictures will cost, in lane seconds.</summary>
    internal double WaitingSeconds => Waiting.Count * ServiceSeconds;

    /// <summary>What the running pictures still cost, in lane seconds: half of each, not knowing when it began.</summary>
    internal double RunningSeconds => Running * ServiceSeconds / 2;

    internal bool IsActive => Waiting.Count > 0 || Running > 0;

    internal void Measured(double seconds) => ServiceSeconds += (seconds - ServiceSeconds) * Smoothing;
}
