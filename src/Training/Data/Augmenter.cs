using Lineup.ModelRepository.Manifests;

namespace Lineup.Training.Data;

/// <summary>
/// Makes an input tensor of a picture: cut, mirror, colours, normalisation as model.json says, blanked square. What is drawn depends on
/// the draws alone. Holds scratch memory: one thread at a time.
/// </summary>
internal sealed class Augmenter(InputSpecification input, Augmentation augmentation)
{
    private readonly CutSampler _sampler = new();

    /// <summary>Floats that a picture takes: 3 x height x width.</summary>
    public int Length => 3 * Area;

    private int Area => input.Width * input.Height;

    /// <summary>Fills <paramref name="tensor"/>, planes in the model's channel order.</summary>
    /// <param name="picture">The picture.</param>
    /// <param name="draws">What is drawn.</param>
    /// <param name="isMirrored">Whether it is this picture's turn to be mirrored.</param>
    /// <param name="tensor">At least <see cref="Length"/> numbers.</param>
    public void Prepare(DecodedPicture picture, ref Draws draws, bool isMirrored, Span<float> tensor)
    {
        _sampler.Sample(picture, CutBox.Draw(input, picture, augmentation, ref draws), input.Width, input.Height, tensor);
        if (augmentation.Flip && isMirrored)
        {
            for (var rest = tensor[..Length]; rest.Length > 0; rest = rest[input.Width..])
                rest[..input.Width].Reverse();
        }

        if (augmentation.Colour > 0)
            Recolour(tensor, ref draws);
        Normalize(tensor);
        if (augmentation.Cutout > 0)
            Blank(tensor, ref draws);
    }

    /// <summary>Brightness, contrast about the mean grey, saturation about each pixel's grey, in this order.</summary>
    private void Recolour(Span<float> tensor, ref Draws draws)
    {
        var (low, high) = (1 - augmentation.Colour, 1 + augmentation.Colour);
        var (brightness, contrast, saturation) = ((float)draws.Between(low, high), (float)draws.Between(low, high), (float)draws.Between(low, high));
        var red = tensor[..Area];
        var green = tensor.Slice(Area, Area);
        var blue = tensor.Slice(2 * Area, Area);
        var sum = 0d;
        for (var i = 0; i < Area; i++)
        {
            (red[i], green[i], blue[i]) = (brightness * red[i], brightness * green[i], brightness * blue[i]);
            sum += Grey(red[i], green[i], blue[i]);
        }

        var mean = (float)(sum / Area);
        for (var i = 0; i < Area; i++)
        {
            var (r, g, b) = (mean + (contrast * (red[i] - mean)), mean + (contrast * (green[i] - mean)), mean + (contrast * (blue[i] - mean)));
            var grey = Grey(r, g, b);
            red[i] = Math.Clamp(grey + (saturation * (r - grey)), 0, 255);
            green[i] = Math.Clamp(grey + (saturation * (g - grey)), 0, 255);
            blue[i] = Math.Clamp(grey + (saturation * (b - grey)), 0, 255);
        }
    }

    /// <summary>Luma of ITU-R BT.601.</summary>
    private static float Grey(float red, float green, float blue) => (0.299f * red) + (0.587f * green) + (0.114f * blue);

    private void Normalize(Span<float> tensor)
    {
        if (input.ChannelOrder == ChannelOrder.Bgr)
        {
            for (var i = 0; i < Area; i++)
                (tensor[i], tensor[(2 * Area) + i]) = (tensor[(2 * Area) + i], tensor[i]);
        }

        for (var channel = 0; channel < 3; channel++)
        {
            var factor = (float)(input.Scale / input.Std[channel]);
            var shift = (float)(-input.Mean[channel] / input.Std[channel]);
            foreach (ref var value in tensor.Slice(channel * Area, Area))
                value = (value * factor) + shift;
        }
    }

    /// <summary>The square's centre may lie anywhere in the picture, so that it is cut off at edges. Zero is the mean colour.</summary>
    private void Blank(Span<float> tensor, ref Draws draws)
    {
        var (left, top) = (draws.Below(input.Width) - (augmentation.Cutout / 2), draws.Below(input.Height) - (augmentation.Cutout / 2));
        var (right, bottom) = (Math.Min(left + augmentation.Cutout, input.Width), Math.Min(top + augmentation.Cutout, input.Height));
        (left, top) = (Math.Max(left, 0), Math.Max(top, 0));
        for (var channel = 0; channel < 3; channel++)
        {
            for (var y = top; y < bottom; y++)
                tensor.Slice((((channel * input.Height) + y) * input.Width) + left, right - left).Clear();
        }
    }
}
