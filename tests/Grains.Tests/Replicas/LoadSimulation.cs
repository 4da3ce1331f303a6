using Lineup.Grains.Replicas;

namespace Lineup.Grains.Tests.Replicas;

/// <summary>
/// A variant under a load that changes as the caller says, with requests that come at random (Poisson), looked at once a second as reports
/// come: the queue of all its replicas together, their lanes, and the scaler that watches them. A new replica takes some seconds to load.
/// </summary>
internal sealed class LoadSimulation(ReplicaOptions options, int seed = 1)
{
    private const double ServiceSeconds = 0.01;
    private const int LanesPerSilo = 2;
    private const int LoadSeconds = 4;
    private const double LongestWait = 10;

    private readonly ReplicaScaler _scaler = new(options);
    private readonly Random _random = new(seed);
    private double _waiting;
    private int _coming;
    private int _loading;
    private int _second;

    public int Silos { get; init; } = 8;

    public int Replicas { get; private set; } = 1;

    public double WaitSeconds { get; private set; }

    /// <summary>Number of replicas after each change, with the second in which it was made.</summary>
    public List<(int Second, int Replicas)> Changes { get; } = [];

    /// <param name="seconds">For how long.</param>
    /// <param name="busyReplicas">Load in replicas' worth of lanes, by the second since the simulation began.</param>
    public void Run(int seconds, Func<int, double> busyReplicas)
    {
        for (var i = 0; i < seconds; i++, _second++)
        {
            var perSecond = busyReplicas(_second) * LanesPerSilo / ServiceSeconds;
            var arrived = Poisson(perSecond);
            var served = Replicas * LanesPerSilo / ServiceSeconds;
            _waiting = Math.Clamp(_waiting + arrived - served, 0, LongestWait * served);
            WaitSeconds = _waiting / served;
            Look(arrived);
        }
    }

    private void Look(double arrived)
    {
        if (_coming > 0 && --_loading == 0)
            Become(_coming);
        var decision = _scaler.Look(
            TimeSpan.FromSeconds(_second), new(Replicas, Silos, TimeSpan.FromSeconds(WaitSeconds), arrived * ServiceSeconds, LanesPerSilo));
        if (decision.Wanted > Replicas && _coming == 0)
            (_coming, _loading) = (decision.Wanted, LoadSeconds);
        else if (decision.Wanted < Replicas)
            Become(decision.Wanted);
    }

    private void Become(int replicas)
    {
        (Replicas, _coming) = (replicas, 0);
        Changes.Add((_second, replicas));
        _scaler.Changed(TimeSpan.FromSeconds(_second));
    }

    /// <summary>By the normal distribution, which it is close to where there are hundreds a second.</summary>
    private double Poisson(double mean)
    {
        var normal = Math.Sqrt(-2 * Math.Log(1 - _random.NextDouble())) * Math.Cos(2 * Math.PI * _random.NextDouble());
        return Math.Max(0, Math.Round(mean + (normal * Math.Sqrt(mean))));
    }
}
