using System.Diagnostics;
using Lineup.Inference.Imaging;
using SkiaSharp;

namespace Lineup.Throughput;

/// <summary>What becomes of a picture's time before it is a tensor, on one core: Skia's decoding alone, and all of it.</summary>
internal static class Decoding
{
    public static void Run(Workload workload, MeasurementPlan plan)
    {
        var input = new InputPlan(workload.Find(workload.Variants[0]).Model.Input);
        var tensor = new float[input.Length];
        var limits = new ImageOptions();
        using var whole = new TensorDecoder(new() { ScaledDecoding = false });
        using var scaled = new TensorDecoder(limits);
        var pixels = new byte[workload.Images.Max(PixelBytes)];
        (string Name, Action<byte[]> Work)[] cases =
        [
            ("header", image => ImageHeader.Inspect(image, limits, out _)),
            ("Skia's decoding to RGBA alone", image => DecodeOnly(image, pixels)),
            ("tensor, JPEGs decoded in full", image => whole.Decode(image, input, tensor)),
            ("tensor, JPEGs decoded scaled where that loses nothing", image => scaled.Decode(image, input, tensor)),
        ];

        var times = cases.ToDictionary(one => one.Name, _ => new List<double>());
        for (var round = 0; round <= plan.Rounds; round++)
        {
            foreach (var (name, work) in cases)
            {
                var started = Stopwatch.GetTimestamp();
                foreach (var image in workload.Images)
                    work(image);
                if (round > 0)
                    times[name].Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds / workload.Images.Count);
            }
        }

        Console.WriteLine($"{workload.Images.Count} pictures of {workload.Images.Average(image => image.Length) / 1024:0} KiB on average, one core\n");
        Console.WriteLine("| what | ms a picture (min-max) |");
        Console.WriteLine("|---|---|");
        foreach (var (name, rounds) in times)
        {
            rounds.Sort();
            Console.WriteLine($"| {name} | {rounds[rounds.Count / 2]:0.000} ({rounds[0]:0.000}-{rounds[^1]:0.000}) |");
        }
    }

    private static int PixelBytes(byte[] image)
    {
        using var codec = SKCodec.Create(new MemoryStream(image));
        return codec.Info.Width * codec.Info.Height * 4;
    }

    private static unsafe void DecodeOnly(byte[] image, byte[] pixels)
    {
        fixed (byte* bytes = image)
        fixed (byte* target = pixels)
        {
            using var data = SKData.Create((nint)bytes, image.Length);
            using var codec = SKCodec.Create(data);
            codec.GetPixels(new SKImageInfo(codec.Info.Width, codec.Info.Height, SKColorType.Rgba8888, SKAlphaType.Premul, null), (nint)target);
        }
    }
}
