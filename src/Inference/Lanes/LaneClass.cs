namespace Lineup.Inference.Lanes;

/// <summary>
/// All work of one priority: the flows of the variants, which share fairly what the priority is given. Guarded by its scheduler's lock.
/// </summary>
/// <param name="share">Share of lane time it is sure of while the other priority takes all it can get; above 0, below 1.</param>
internal sealed class LaneClass(double share)
{
    private readonly List<LaneFlow> _flows = [];
    private double _clock;

    public double Share => share;

    /// <summary>Lane seconds it has been given, divided by its share: comparable with the other priority's; the smaller is served next.</summary>
    public double VirtualTime { get; set; }

    /// <summary>Pictures that wait.</summary>
    public int Waiting { get; private set; }

    /// <summary>What the waiting pictures will cost, in lane seconds.</summary>
    public double WaitingSeconds => _flows.Sum(flow => flow.WaitingSeconds);

    /// <summary>What the running pictures still cost, in lane seconds.</summary>
    public double RunningSeconds => _flows.Sum(flow => flow.RunningSeconds);

    /// <summary>Pictures that wait or run.</summary>
    public int Active => _flows.Sum(flow => flow.Waiting.Count + flow.Running);

    /// <summary>Variants with waiting work.</summary>
    public int Sharing => _flows.Count(flow => flow.Waiting.Count > 0);

    public bool IsActive => _flows.Count > 0;

    public IEnumerable<LaneWork> AllWaiting => _flows.SelectMany(flow => flow.Waiting);

    public void Add(LaneFlow flow, LaneWork work)
    {
        if (!flow.IsActive)
        {
            // Time spent idle gives no credit.
            flow.VirtualTime = Math.Max(flow.VirtualTime, _clock);
            _flows.Add(flow);
        }

        flow.Waiting.AddLast(work.Node);
        Waiting++;
    }

    /// <summary>The work whose turn it is, charged in advance, so that lanes which choose at the same time do not all choose the same flow.</summary>
    public LaneWork Begin()
    {
        LaneFlow? next = null;
        foreach (var flow in _flows)
        {
            if (flow.Waiting.Count > 0 && (next is null || flow.VirtualTime < next.VirtualTime))
                next = flow;
        }

        var work = next!.Waiting.First!.Value;
        _clock = Math.Max(_clock, next.VirtualTime);
        work.Charged = next.Queue.ServiceSeconds;
        next.Running++;
        Charge(next, work.Charged);
        Remove(next, work);
        return work;
    }

    /// <summary>Work that had begun has ended.</summary>
    /// <param name="flow">Whose work it was.</param>
    /// <param name="uncharged">What it cost beyond what it was charged, in lane seconds; negative where it cost less.</param>
    public void End(LaneFlow flow, double uncharged)
    {
        Charge(flow, uncharged);
        flow.Running--;
        Leave(flow);
    }

    public void Remove(LaneFlow flow, LaneWork work)
    {
        flow.Waiting.Remove(work.Node);
        Waiting--;
        Leave(flow);
    }

    private void Charge(LaneFlow flow, double seconds)
    {
        flow.VirtualTime += seconds;
        VirtualTime += seconds / share;
    }

    private void Leave(LaneFlow flow)
    {
        if (!flow.IsActive)
            _flows.Remove(flow);
    }
}
