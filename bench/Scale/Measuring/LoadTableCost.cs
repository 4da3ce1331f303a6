using System.Buffers;
using System.Diagnostics;
using Lineup.GrainInterfaces;
using Lineup.GrainInterfaces.Loads;
using Lineup.GrainInterfaces.Variants;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;

namespace Lineup.Scale.Measuring;

/// <summary>What it costs to write the table of loads into a message, and to read it out of one.</summary>
internal static class LoadTableCost
{
    private const int Silos = 200;
    private const int ReplicasOfASilo = 4;
    private const int Rounds = 2000;

    /// <returns>For each silo in the table: microseconds to write and to read, and bytes.</returns>
    public static (double Write, double Read, double Bytes) Measure()
    {
        using var services = new ServiceCollection().AddSerializer().BuildServiceProvider();
        var serializer = services.GetRequiredService<Serializer<ClusterLoads>>();
        var table = new ClusterLoads { Interval = TimeSpan.FromSeconds(4), Silos = Enumerable.Range(0, Silos).Select(Report).ToArray() };
        var buffer = new ArrayBufferWriter<byte>();
        var (write, read) = (TimeSpan.Zero, TimeSpan.Zero);
        for (var round = -Rounds / 4; round < Rounds; round++)
        {
            buffer.ResetWrittenCount();
            var started = Stopwatch.GetTimestamp();
            serializer.Serialize(table, buffer);
            var written = Stopwatch.GetTimestamp();
            _ = serializer.Deserialize(buffer.WrittenMemory);

            // What comes first is compiled meanwhile.
            if (round < 0)
                continue;
            write += Stopwatch.GetElapsedTime(started, written);
            read += Stopwatch.GetElapsedTime(written);
        }

        return (write.TotalMicroseconds / Rounds / Silos, read.TotalMicroseconds / Rounds / Silos, buffer.WrittenCount / (double)Silos);
    }

    private static SiloReport Report(int number) => new()
    {
        Silo = $"silo{number}",
        Address = $"10.0.{number / 250}.{number % 250}:11111@{150_000_000 + number}",
        HttpAddress = $"http://10.0.{number / 250}.{number % 250}:5100",
        Lanes = 8,
        BusyLanes = 4.5,
        FreeBytes = 12_345_678_901,
        Replicas = Enumerable.Range(1, ReplicasOfASilo).Select(replica => new ReplicaReport(
            new(new("mobilenetv2", "int8"), replica), VariantState.Ready, 3, TimeSpan.FromMilliseconds(12), 78.9, 23_456_789, TimeSpan.FromMilliseconds(4))).ToArray(),
        Age = TimeSpan.FromMilliseconds(567),
    };
}
