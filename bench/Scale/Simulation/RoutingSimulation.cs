namespace Lineup.Scale.Simulation;

/// <summary>How frontends choose a replica.</summary>
internal enum Choice
{
    /// <summary>Any, with the same probability.</summary>
    Random,

    /// <summary>The less loaded of two, by what this frontend itself has under way there and what the last answer said of the wait.</summary>
    BetterOfTwo,

    /// <summary>The least loaded of all by a table that is as old as the table of loads may be, which all frontends have in common.</summary>
    LeastInTable,
}

/// <summary>
/// Frontends send pictures to replicas, one a silo, by what they know; each silo serves them in order on its lanes. Arrivals are random
/// (Poisson), service times exponential around their mean, so that waiting shows. Events in order of time; the same seed, the same result.
/// </summary>
internal sealed record RoutingSimulation
{
    public required int Silos { get; init; }

    public required int Frontends { get; init; }

    public required Choice Choice { get; init; }

    public int Lanes { get; init; } = 8;

    /// <summary>Share of all lanes that is asked for.</summary>
    public double Utilisation { get; init; } = 0.8;

    public double ServiceSeconds { get; init; } = 0.0067;

    /// <summary>Seconds from a frontend to a silo, and back.</summary>
    public double TravelSeconds { get; init; } = 0.0005;

    /// <summary>Seconds between two looks at the table of loads.</summary>
    public double TableSeconds { get; init; } = 1;

    public int Pictures { get; init; } = 200_000;

    public int Seed { get; init; } = 1;

    /// <summary>Waits for a lane in seconds, sorted. The first tenth of the pictures, which finds everything empty, is left out.</summary>
    public IReadOnlyList<double> Run() => new State(this).Run();

    private sealed class State(RoutingSimulation plan)
    {
        /// <summary>Service times after which the first table shows silos at work, and not an empty cluster.</summary>
        private const int Settled = 10;

        private readonly Random _random = new(plan.Seed);
        private readonly PriorityQueue<(Event Kind, int Frontend, int Silo, double Arrived), double> _events = new();
        private readonly Queue<(int Frontend, double Arrived)>[] _waiting = [.. Enumerable.Range(0, plan.Silos).Select(_ => new Queue<(int, double)>())];
        private readonly int[] _busy = new int[plan.Silos];
        private readonly Dictionary<(int Frontend, int Silo), (int UnderWay, double Wait)> _known = [];
        private IReadOnlyList<int> _least = [.. Enumerable.Range(0, plan.Silos)];
        private readonly List<double> _waits = [];

        private enum Event
        {
            Sent,
            Arrives,
            Served,
            Answered,
            TableIsRead,
        }

        public IReadOnlyList<double> Run()
        {
            var rate = plan.Silos * plan.Lanes * plan.Utilisation / plan.ServiceSeconds;
            var sent = 0;
            _events.Enqueue((Event.Sent, 0, 0, 0), 0);
            if (plan.Choice == Choice.LeastInTable)
                _events.Enqueue((Event.TableIsRead, 0, 0, 0), Settled * plan.ServiceSeconds);
            while (_events.TryDequeue(out var what, out var now))
            {
                switch (what.Kind)
                {
                    case Event.Sent:
                        Send(_random.Next(plan.Frontends), now);
                        if (++sent < plan.Pictures)
                            _events.Enqueue((Event.Sent, 0, 0, 0), now + Exponential(1 / rate));
                        break;
                    case Event.Arrives:
                        _waiting[what.Silo].Enqueue((what.Frontend, now));
                        Serve(what.Silo, now);
                        break;
                    case Event.Served:
                        _busy[what.Silo]--;
                        _events.Enqueue((Event.Answered, what.Frontend, what.Silo, Predicted(what.Silo)), now + plan.TravelSeconds);
                        Serve(what.Silo, now);
                        break;
                    case Event.Answered:
                        var known = _known.GetValueOrDefault((what.Frontend, what.Silo));
                        _known[(what.Frontend, what.Silo)] = (known.UnderWay - 1, what.Arrived);
                        break;
                    case Event.TableIsRead:
                        ReadTable();
                        if (sent < plan.Pictures)
                            _events.Enqueue(what, now + plan.TableSeconds);
                        break;
                }
            }

            return [.. _waits.Skip(plan.Pictures / 10).Order()];
        }

        private void Send(int frontend, double now)
        {
            var silo = Choose(frontend);
            if (plan.Choice == Choice.BetterOfTwo)
            {
                var known = _known.GetValueOrDefault((frontend, silo));
                _known[(frontend, silo)] = (known.UnderWay + 1, known.Wait);
            }

            _events.Enqueue((Event.Arrives, frontend, silo, 0), now + plan.TravelSeconds);
        }

        private int Choose(int frontend)
        {
            var one = _random.Next(plan.Silos);
            if (plan.Choice == Choice.Random || plan.Silos == 1)
                return one;
            if (plan.Choice == Choice.LeastInTable)
            {
                // All who find the same silos least loaded share them.
                return _least[_random.Next(_least.Count)];
            }

            var other = (one + 1 + _random.Next(plan.Silos - 1)) % plan.Silos;
            return Burden(frontend, other) < Burden(frontend, one) ? other : one;
        }

        private double Burden(int frontend, int silo)
        {
            var (underWay, wait) = _known.GetValueOrDefault((frontend, silo));
            return wait + (underWay * plan.ServiceSeconds / plan.Lanes);
        }

        private void ReadTable()
        {
            var loads = Enumerable.Range(0, plan.Silos).Select(silo => Predicted(silo) + (_busy[silo] * plan.ServiceSeconds / plan.Lanes)).ToList();
            var least = loads.Min();
            _least = [.. loads.Index().Where(silo => silo.Item <= least).Select(silo => silo.Index)];
        }

        private void Serve(int silo, double now)
        {
            while (_busy[silo] < plan.Lanes && _waiting[silo].TryDequeue(out var picture))
            {
                _busy[silo]++;
                _waits.Add(now - picture.Arrived);
                _events.Enqueue((Event.Served, picture.Frontend, silo, 0), now + Exponential(plan.ServiceSeconds));
            }
        }

        private double Predicted(int silo) => _waiting[silo].Count * plan.ServiceSeconds / plan.Lanes;

        private double Exponential(double mean) => -mean * Math.Log(1 - _random.NextDouble());
    }
}
