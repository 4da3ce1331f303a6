using Lineup.ModelRepository.Manifests;

namespace Lineup.Inference.Imaging;

/// <summary>
/// Where a picture of a given shown size goes: scaled to <paramref name="ScaledWidth"/> x <paramref name="ScaledHeight"/>, of which
/// the window at (<paramref name="Left"/>, <paramref name="Top"/>) with the input's size is kept. All in pixels of the shown picture.
/// </summary>
internal readonly record struct ImageGeometry(int ScaledWidth, int ScaledHeight, int Left, int Top)
{
    /// <summary>
    /// Follows torchvision's Resize(int) and CenterCrop: the longer side is truncated to an integer, the crop's corner is rounded half
    /// to even. A picture smaller than a crop without resizing is scaled up until the crop fits, since there is nothing to cut from.
    /// </summary>
    public static ImageGeometry For(InputSpecification input, int width, int height)
    {
        if (input is { ResizeShorterSide: null, CenterCrop: null })
            return new(input.Width, input.Height, 0, 0);

        var (scaledWidth, scaledHeight) = (width, height);
        var shorter = input.ResizeShorterSide
            ?? (width < input.Width || height < input.Height ? Math.Max(input.Width, input.Height) : (int?)null);
        if (shorter is { } side)
        {
            (scaledWidth, scaledHeight) = width <= height
                ? (side, (int)((long)side * height / width))
                : ((int)((long)side * width / height), side);
        }

        return new(scaledWidth, scaledHeight, Centre(scaledWidth, input.Width), Centre(scaledHeight, input.Height));
    }

    private static int Centre(int length, int crop) => (int)Math.Round((length - crop) / 2d, MidpointRounding.ToEven);
}
