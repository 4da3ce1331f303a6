using Lineup.ModelRepository.Manifests;
using Lineup.Training.Data;

namespace Lineup.Training.Tests.Data;

public sealed class AugmenterTests
{
    private const int Side = 16;
    private static readonly InputSpecification Input = new() { Width = Side, Height = Side, Mean = [0.5, 0.25, 0.1], Std = [0.5, 0.2, 0.4] };

    [Fact]
    public void Prepare_WithNothingToDo_Normalises()
    {
        var picture = Noise();

        var tensor = Prepare(picture, Augmentation.None, 0);

        for (var i = 0; i < Side * Side; i++)
        {
            Assert.Equal(((picture.Pixels[3 * i] / 255d) - 0.5) / 0.5, tensor[i], 1e-5);
            Assert.Equal(((picture.Pixels[(3 * i) + 1] / 255d) - 0.25) / 0.2, tensor[(Side * Side) + i], 1e-5);
            Assert.Equal(((picture.Pixels[(3 * i) + 2] / 255d) - 0.1) / 0.4, tensor[(2 * Side * Side) + i], 1e-5);
        }
    }

    [Fact]
    public void Prepare_ForBgr_TurnsChannelsRound()
    {
        var bgr = new InputSpecification { Width = Side, Height = Side, ChannelOrder = ChannelOrder.Bgr };

        var tensor = Prepare(Noise(), Augmentation.None, 0, bgr);

        Assert.Equal(Noise().Pixels[2] / 255d, tensor[0], 1e-6);
        Assert.Equal(Noise().Pixels[0] / 255d, tensor[2 * Side * Side], 1e-6);
    }

    [Fact]
    public void Prepare_WithFlip_MirrorsThoseWhoseTurnItIs()
    {
        var plain = Prepare(Noise(), Augmentation.None, 0);

        Assert.Equal(plain, Prepare(Noise(), new() { Flip = true }, 0));
        Assert.Equal(plain.Chunk(Side).SelectMany(row => row.Reverse()), Prepare(Noise(), new() { Flip = true }, 0, isMirrored: true));
        Assert.Equal(plain, Prepare(Noise(), Augmentation.None, 0, isMirrored: true));
    }

    [Fact]
    public void Prepare_WithCutout_BlanksOneSquareInAllChannels()
    {
        var plain = Prepare(Noise(), Augmentation.None, 0);
        var sizes = new HashSet<int>();
        for (var index = 0; index < 400; index++)
        {
            var tensor = Prepare(Noise(), new() { Cutout = 4 }, index);
            var blank = Enumerable.Range(0, Side * Side).Where(i => tensor[i] == 0 && plain[i] != 0).ToArray();
            int[] columns = [.. blank.Select(i => i % Side).Distinct()];
            int[] rows = [.. blank.Select(i => i / Side).Distinct()];

            Assert.Equal(blank.Length, columns.Length * rows.Length);
            Assert.All(blank, i => Assert.Equal((0, 0), (tensor[(Side * Side) + i], tensor[(2 * Side * Side) + i])));
            Assert.All(Enumerable.Range(0, Side * Side).Except(blank), i => Assert.Equal(plain[i], tensor[i]));
            sizes.Add(blank.Length);
        }

        // Whole in the middle, cut off at edges and corners.
        Assert.Equal(16, sizes.Max());
        Assert.Contains(4, sizes);
    }

    [Fact]
    public void Prepare_WithColour_ChangesBrightnessWithinBounds()
    {
        var means = Enumerable.Range(0, 200).Select(index => Prepare(Grey(100), new() { Colour = 0.2 }, index, Plain)[0] * 255).ToArray();

        Assert.All(means, mean => Assert.InRange(mean, 79.9, 120.1));
        Assert.InRange(means.Max() - means.Min(), 30, 40.2);
    }

    [Fact]
    public void Prepare_OfSameDraws_GivesSameTensor()
    {
        var augmentation = new Augmentation { Shift = 3, Flip = true, Cutout = 5, Colour = 0.3 };

        Assert.Equal(Prepare(Noise(), augmentation, 17), Prepare(Noise(), augmentation, 17));
        Assert.NotEqual(Prepare(Noise(), augmentation, 17), Prepare(Noise(), augmentation, 18));
    }

    [Fact]
    public void Problems_OfManyMistakes_NameEach()
    {
        var problems = string.Join("; ", new Augmentation { Shift = -1, LeastArea = 2, Cutout = 1000, Colour = 1 }.Problems());

        foreach (var name in new[] { "shift", "leastArea", "cutout", "colour", "exclude" })
            Assert.Contains(name, problems);
    }

    private static InputSpecification Plain => new() { Width = Side, Height = Side };

    private static float[] Prepare(DecodedPicture picture, Augmentation augmentation, int index, InputSpecification? input = null, bool isMirrored = false)
    {
        var augmenter = new Augmenter(input ?? Input, augmentation);
        var tensor = new float[augmenter.Length];
        var draws = new Draws(3, 0, index);
        augmenter.Prepare(picture, ref draws, isMirrored, tensor);
        return tensor;
    }

    private static DecodedPicture Grey(byte value) => new([.. Enumerable.Repeat(value, Side * Side * 3)], Side, Side);

    private static DecodedPicture Noise()
    {
        var draws = new Draws(9, 9, 9);
        return new([.. Enumerable.Range(0, Side * Side * 3).Select(_ => (byte)draws.Below(256))], Side, Side);
    }
}
