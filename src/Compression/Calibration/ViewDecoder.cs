using Lineup.Inference.Imaging;
using Lineup.ModelRepository.Manifests;

namespace Lineup.Compression.Calibration;

/// <summary>
/// Shows a picture in more ways than the model will see it, each as likely a picture as the first: with the same things in it, but no value
/// at the same place. Any thread may decode.
/// </summary>
/// <param name="input">How the model sees pictures.</param>
internal sealed class ViewDecoder(InputPlan input)
{
    /// <summary>
    /// Views there are of a picture: 0 as the model sees it, 1 squashed to the input's size instead of cropped, and mirrored, 2 mirrored,
    /// 3 squashed.
    /// </summary>
    public const int Views = 4;

    private readonly InputPlan _squashed = new(input.Input with { ResizeShorterSide = null, CenterCrop = null });

    /// <summary>Lays a view into <paramref name="tensor"/>, which has the length of the plan.</summary>
    /// <returns>Null, or why the picture cannot be read.</returns>
    public ImageFault? Decode(ReadOnlySpan<byte> encoded, int view, TensorDecoder decoder, Span<float> tensor)
    {
        var fault = decoder.Decode(encoded, view is 1 or 3 ? _squashed : input, tensor);
        if (fault is null && view is 1 or 2)
            Mirror(tensor);
        return fault;
    }

    private void Mirror(Span<float> tensor)
    {
        var (width, isPlanar) = (input.Input.Width, input.Input.Layout == TensorLayout.Nchw);
        var row = isPlanar ? width : width * 3;
        for (; tensor.Length > 0; tensor = tensor[row..])
        {
            tensor[..row].Reverse();

            // Pixels in reverse, but the three channels of each in order.
            for (var pixel = 0; !isPlanar && pixel < row; pixel += 3)
                tensor.Slice(pixel, 3).Reverse();
        }
    }
}
