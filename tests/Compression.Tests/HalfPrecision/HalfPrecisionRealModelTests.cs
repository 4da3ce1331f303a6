using System.Diagnostics;
using System.IO.Compression;
using Lineup.Compression.HalfPrecision;
using Lineup.Compression.Onnx;
using Lineup.Compression.Onnx.Passes;
using Lineup.Compression.Tests.Onnx;
using Lineup.Inference.Imaging;
using Lineup.TestSupport;

namespace Lineup.Compression.Tests.HalfPrecision;

/// <summary>The figures that half precision must reach on real models and pictures (227x227, cropped and not resized).</summary>
[Trait("Ring", "Real")]
public sealed class HalfPrecisionRealModelTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData("mobilenetv1", HalfPrecisionMode.Storage)]
    [InlineData("mobilenetv2", HalfPrecisionMode.Storage)]
    [InlineData("squeezenet1.1", HalfPrecisionMode.Storage)]
    [InlineData("mobilenetv2", HalfPrecisionMode.Compute)]
    public void Compress_RealModel_HalvesTheFileAndAgrees(string name, HalfPrecisionMode mode)
    {
        var real = SharedData.RequireModel(name);
        var original = File.ReadAllBytes(real.Path);
        var model = OnnxReader.Read(original);
        PassPipeline.Canonical().Run(model);

        var result = HalfPrecisionCompressor.Compress(model, new() { Mode = mode });

        var half = OnnxWriter.Write(result.Model);
        var (agreement, pictures) = Agreement(real, original, half);
        output.WriteLine(
            $"{name} {mode}: {half.Length} of {original.Length} bytes ({100d * half.Length / original.Length:0.00} %), "
            + $"agreement {agreement:0.00} % of {pictures} pictures, {result.Plan.Clamped} clamped, {result.Plan.Flushed} flushed, "
            + $"{result.Plan.Tensors.Count(tensor => !tensor.Converts)} tensors stay");
        Assert.InRange((double)half.Length / original.Length, 0.4, 0.51);
        Assert.InRange(agreement, 99.5, 100);
        Assert.Equal(0, result.Plan.Clamped);
    }

    /// <summary>Times say nothing on a busy machine, so this runs when asked for: <c>-explicit only</c>.</summary>
    [Theory(Explicit = true)]
    [InlineData("mobilenetv1")]
    [InlineData("mobilenetv2")]
    [InlineData("squeezenet1.1")]
    public void Run_Storage_IsAsFastAsTheOriginal(string name)
    {
        var model = SharedModels.Require(name);
        using var original = GraphSession.Load(model, new(Optimize: true));
        PassPipeline.Canonical().Run(model);
        using var half = GraphSession.Load(HalfPrecisionCompressor.Compress(model).Model, new(Optimize: true));
        var input = Tensors.InputFor(model);
        var (slow, ratios) = (new List<double>(), new List<double>());

        for (var round = 0; round < 40; round++)
        {
            var (before, after) = round % 2 == 0 ? (Time(original), Time(half)) : Swap(Time(half), Time(original));
            slow.Add(before);
            ratios.Add(after / before);
        }

        ratios.Sort();
        slow.Sort();
        output.WriteLine(
            $"{name}: original {slow[20]:0.000} ms, half / original {ratios[20]:0.000} "
            + $"(quartiles {ratios[10]:0.000} to {ratios[30]:0.000})");
        Assert.InRange(ratios[20], 0.9, 1.1);

        double Time(GraphSession session)
        {
            var start = Stopwatch.GetTimestamp();
            for (var i = 0; i < 10; i++)
                session.Run(input);
            return Stopwatch.GetElapsedTime(start).TotalMilliseconds / 10;
        }

        static (double, double) Swap(double after, double before) => (before, after);
    }

    private static (double Percent, int Pictures) Agreement(RealModel real, byte[] original, byte[] variant)
    {
        using var archive = ZipFile.OpenRead(SharedData.RequireData("imagenet-dev.zip"));
        var entries = archive.Entries.Where(entry => entry.Name.EndsWith(".jpg", StringComparison.OrdinalIgnoreCase)).ToArray();
        var plan = new InputPlan(real.Manifest.Input with { ResizeShorterSide = null, CenterCrop = 224 });
        using var first = GraphSession.Load(original, new(Optimize: true));
        using var second = GraphSession.Load(variant, new(Optimize: true));
        var agreed = 0;
        Parallel.For(0, entries.Length, () => new TensorDecoder(new()), Compare, decoder => decoder.Dispose());
        return (100d * agreed / entries.Length, entries.Length);

        TensorDecoder Compare(int i, ParallelLoopState loop, TensorDecoder decoder)
        {
            var pixels = new float[plan.Length];
            Assert.Null(decoder.Decode(Read(entries[i]), plan, pixels));
            var input = TensorData.Create(pixels, plan.Shape);
            if (Best(first.Run(input)[0]) == Best(second.Run(input)[0]))
                Interlocked.Increment(ref agreed);
            return decoder;
        }
    }

    private static byte[] Read(ZipArchiveEntry entry)
    {
        // An archive has one position for all.
        lock (entry.Archive)
        {
            using var stream = entry.Open();
            var image = new byte[entry.Length];
            stream.ReadExactly(image);
            return image;
        }
    }

    private static int Best(TensorData scores) => System.Numerics.Tensors.TensorPrimitives.IndexOfMax(scores.AsSpan<float>());
}
