namespace Lineup.Scale.Model;

/// <summary>
/// A cluster of any size by arithmetic: as many frontends as its silos keep busy, and what all of them together ask of the parts that
/// there is one of. No queueing: what a share near 1 does to waiting is the simulation's part.
/// </summary>
internal sealed class ClusterModel(Plant plant, ClusterCosts costs)
{
    private const double Microsecond = 1e-6;
    private const double LargestCluster = 1e7;

    /// <summary>Pictures a second that so many silos classify at the utilisation they are meant for.</summary>
    /// <remarks>Forwarding takes from the same cores, so it lessens what is left for pictures.</remarks>
    public double PicturesPerSecond(double silos) => silos * plant.Cores * plant.Utilisation
        / ((plant.PictureMilliseconds * 1e-3) + (Forwarded(silos) * costs.ForwardPerPicture * Microsecond));

    /// <summary>Frontends that carry as much, by their cores or their network, whichever is full sooner. A picture comes in and goes out.</summary>
    public double Frontends(double silos) => Math.Ceiling(PicturesPerSecond(silos) * Math.Max(
        costs.FrontendPerPicture * Microsecond / (plant.Cores * plant.Utilisation),
        plant.PictureBytes / (plant.NetworkBytes * plant.Utilisation)));

    /// <summary>What there is one of, or one a machine, and how much of it is used.</summary>
    public IReadOnlyList<Demand> At(double silos)
    {
        var frontends = Frontends(silos);
        var pictures = PicturesPerSecond(silos);
        var probes = Math.Min(plant.ProbedSilos, silos - 1) * plant.ProbesPerSecond;
        var tableReads = (silos / plant.TableRefresh) + (frontends / plant.GatewayRefresh);
        var interval = Math.Max(plant.LoadInterval, silos / plant.LoadReports);
        var loadReplies = (silos + frontends) / interval;
        return
        [
            new("network of a silo", pictures / silos * plant.PictureBytes * (1 + Forwarded(silos)) / plant.NetworkBytes, Grows: false),
            new("network of a frontend", pictures / frontends * plant.PictureBytes / plant.NetworkBytes, Grows: false),
            new("cores of a frontend", pictures / frontends * costs.FrontendPerPicture * Microsecond / plant.Cores, Grows: false),
            new("forwarding, of a silo's cores", pictures / silos * Forwarded(silos) * costs.ForwardPerPicture * Microsecond / plant.Cores, Grows: false),
            new("probes, of a silo's cores", 2 * probes * costs.Probe * Microsecond / plant.Cores, Grows: false),
            new("looking up a dead silo's replicas, of a second of a silo's cores", Forwarded(silos) * plant.ReplicasOfASilo * 2 * costs.Probe * Microsecond / plant.Cores, Grows: false),
            new("store's one thread, table of members", tableReads * (costs.TableRead + (silos * costs.TableReadPerSilo)) * Microsecond, Grows: true),
            new("store's network, table of members", tableReads * silos * costs.TableBytesPerSilo / plant.NetworkBytes, Grows: true),
            new("a silo reading the table of members, of its cores", silos * costs.TableParsePerSilo * Microsecond / plant.TableRefresh / plant.Cores, Grows: true),
            new("silo with the grain of loads, of its cores", ((silos / interval * costs.LoadReadPerSilo) + (loadReplies * silos * costs.LoadWritePerSilo)) * Microsecond / plant.Cores, Grows: true),
            new("network of the silo with the grain of loads", loadReplies * silos * costs.LoadBytesPerSilo / plant.NetworkBytes, Grows: true),
            new("a silo reading the table of loads, of its cores", silos * costs.LoadReadPerSilo * Microsecond / interval / plant.Cores, Grows: true),
        ];
    }

    /// <summary>What is used most at that size.</summary>
    public Demand Fullest(double silos) => At(silos).MaxBy(demand => demand.Share)!;

    /// <summary>What is used most at that size of what more machines do not relieve but burden.</summary>
    public Demand FullestOfShared(double silos) => At(silos).Where(demand => demand.Grows).MaxBy(demand => demand.Share)!;

    /// <summary>Silos at which a demand reaches a share; null if it does not below ten million.</summary>
    public double? Reaches(string name, double share)
    {
        if (Share(LargestCluster) < share)
            return null;
        var (low, high) = (1d, LargestCluster);
        while (high / low > 1.0001)
        {
            var middle = Math.Sqrt(low * high);
            (low, high) = Share(middle) < share ? (middle, high) : (low, middle);
        }

        return high;

        double Share(double silos) => At(silos).Single(demand => demand.Name == name).Share;
    }

    /// <summary>Share of pictures whose gateway is not the silo that answers: the gateway is any.</summary>
    private static double Forwarded(double silos) => (silos - 1) / silos;
}
