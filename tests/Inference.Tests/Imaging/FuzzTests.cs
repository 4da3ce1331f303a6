using System.Diagnostics;
using Lineup.Inference.Imaging;
using Lineup.TestSupport;

namespace Lineup.Inference.Tests.Imaging;

/// <summary>
/// Damaged files by a fixed seed. Whatever the damage, the decoder answers: with a tensor or a fault, in bounded time; a crash of the
/// native decoder would end the test run.
/// </summary>
public sealed class FuzzTests
{
    private const int Rounds = 4000;

    // A damaged header may claim a large picture; this keeps one such from costing 160 MB.
    private static readonly ImageOptions Options = new() { MaxPixels = 1_000_000 };

    public static TheoryData<ImageFormat> Formats => [.. Samples.Formats];

    [Theory]
    [MemberData(nameof(Formats))]
    public void Decode_DamagedFile_AnswersAlways(ImageFormat format)
    {
        var plan = new InputPlan(Decoding.Pixels(24, 24) with { ResizeShorterSide = 28, CenterCrop = 24 });
        var sound = Samples.Varieties(format);
        Assert.All(sound, image => Assert.Null(Decoding.Fault(image, Options)));
        var random = new Random(20_240_501 + (int)format);
        var tensor = new float[plan.Length];
        using var decoder = new TensorDecoder(Options);

        for (var round = 0; round < Rounds; round++)
        {
            var image = Damage(sound[round % sound.Length], random);
            var watch = Stopwatch.StartNew();

            var fault = decoder.Decode(image, plan, tensor);

            Assert.True(watch.Elapsed < TimeSpan.FromSeconds(5), $"round {round} took {watch.Elapsed}");
            Assert.True(fault is not null || tensor.All(float.IsFinite), $"round {round} gave a tensor that is not finite");
        }
    }

    private static byte[] Damage(byte[] sound, Random random)
    {
        var image = sound.ToArray();
        for (var changes = random.Next(1, random.Next(2, 7)); changes > 0 && image.Length > 0; changes--)
        {
            // A part of the damage goes to the first bytes, where the headers are.
            var at = random.Next(random.Next(4) == 0 ? Math.Min(100, image.Length) : image.Length);
            switch (random.Next(5))
            {
                case 0:
                    image[at] = (byte)random.Next(256);
                    break;
                case 1:
                    image[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 2:
                    image[at] = random.Next(2) == 0 ? (byte)0xFF : (byte)0;
                    break;
                case 3:
                    var length = Math.Min(random.Next(1, 64), image.Length - at);
                    image = random.Next(2) == 0
                        ? [.. image[..at], .. image[(at + length)..]]
                        : [.. image[..(at + length)], .. image[at..]];
                    break;
                default:
                    image = image[..Math.Max(at, Math.Min(12, image.Length))];
                    break;
            }
        }

        return image;
    }
}
