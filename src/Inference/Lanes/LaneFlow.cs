namespace Lineup.Inference.Lanes;

/// <summary>The work of one variant and one priority. All state is guarded by its scheduler's lock.</summary>
internal sealed class LaneFlow(LaneQueue queue)
{
    public LaneQueue Queue => queue;

    public LinkedList<LaneWork> Waiting { get; } = new();

    /// <summary>Pictures that lanes work on right now.</summary>
    public int Running { get; set; }

    /// <summary>Lane seconds it has been given, comparable with those of other flows of its priority; the smallest is served next.</summary>
    public double VirtualTime { get; set; }

    /// <summary>What the waiting pictures will cost, in lane seconds.</summary>
    public double WaitingSeconds => Waiting.Count * queue.ServiceSeconds;

    /// <summary>What the running pictures still cost, in lane seconds: half of each, not knowing when it began.</summary>
    public double RunningSeconds => Running * queue.ServiceSeconds / 2;

    public bool IsActive => Waiting.Count > 0 || Running > 0;
}
