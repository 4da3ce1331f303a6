using System.Text.Json.Serialization;

namespace Lineup.ModelRepository.Manifests;

/// <summary>
/// How a picture becomes a model's input tensor. It belongs to the model (model.json), never to code.
/// A pixel value p in 0..255 becomes <c>(p * scale - mean[c]) / std[c]</c> for channel c, where channel 0 is the first one of
/// <see cref="ChannelOrder"/>.
/// </summary>
public sealed record InputSpecification
{
    /// <summary>Width of the input tensor in pixels.</summary>
    public required int Width { get; init; }

    /// <summary>Height of the input tensor in pixels.</summary>
    public required int Height { get; init; }

    /// <summary>Axis order of the tensor; NCHW if model.json does not say.</summary>
    public TensorLayout Layout { get; init; } = TensorLayout.Nchw;

    /// <summary>Order of the colour channels; RGB if model.json does not say.</summary>
    public ChannelOrder ChannelOrder { get; init; } = ChannelOrder.Rgb;

    /// <summary>
    /// Length in pixels that the picture's shorter side is scaled to before cropping, or null: without a crop the picture is then
    /// scaled to width x height whatever its aspect, with a crop it is cropped as it is.
    /// </summary>
    public int? ResizeShorterSide { get; init; }

    /// <summary>The resampling filter; always antialiased when it scales down.</summary>
    public Interpolation Interpolation { get; init; } = Interpolation.Bilinear;

    /// <summary>Side in pixels of the centred square that is cut out; null where nothing is cropped. It equals width and height.</summary>
    public int? CenterCrop { get; init; }

    /// <summary>Factor applied to the 0..255 pixel value first: a number or a fraction such as "1/255".</summary>
    [JsonConverter(typeof(ScaleJsonConverter))]
    public double Scale { get; init; } = 1d / 255d;

    /// <summary>Mean subtracted after scaling, one value a channel in <see cref="ChannelOrder"/>.</summary>
    public IReadOnlyList<double> Mean { get; init; } = [0, 0, 0];

    /// <summary>Standard deviation divided by last, one value a channel in <see cref="ChannelOrder"/>.</summary>
    public IReadOnlyList<double> Std { get; init; } = [1, 1, 1];

    /// <summary>Says everything that is wrong with this specification; empty when it can be followed.</summary>
    public IEnumerable<string> Problems()
    {
        if (Width is < 1 or > 4096 || Height is < 1 or > 4096)
            yield return $"input.width and input.height must be 1 to 4096, not {Width} x {Height}";
        if (ResizeShorterSide is < 1 or > 4096)
            yield return $"input.resizeShorterSide must be 1 to 4096, not {ResizeShorterSide}";
        if (CenterCrop is { } crop && (crop != Width || crop != Height))
            yield return $"input.centerCrop ({crop}) must equal input.width and input.height ({Width} x {Height})";
        if (CenterCrop is { } side && ResizeShorterSide < side)
            yield return $"input.resizeShorterSide ({ResizeShorterSide}) must not be less than input.centerCrop ({side})";
        if (CenterCrop is null && ResizeShorterSide is not null && Width != Height)
            yield return "input.resizeShorterSide without input.centerCrop needs a square input";
        if (!double.IsFinite(Scale) || Scale <= 0)
            yield return "input.scale must be a positive number or a fraction such as \"1/255\"";
        if (Mean is not { Count: 3 } || Mean.Any(value => !double.IsFinite(value)))
            yield return "input.mean must hold 3 finite numbers";
        if (Std is not { Count: 3 } || Std.Any(value => !double.IsFinite(value) || value <= 0))
            yield return "input.std must hold 3 positive numbers";
    }
}

/// <summary>Axis order of an image tensor: N batch, C channel, H row, W column.</summary>
public enum TensorLayout
{
    Nchw,
    Nhwc,
}

/// <summary>Order of the colour channels in a tensor.</summary>
public enum ChannelOrder
{
    Rgb,
    Bgr,
}

/// <summary>
/// Resampling filters, as PIL defines them: nearest (no antialiasing), bilinear (triangle, support 1), bicubic (Keys, a = -0.5,
/// support 2), lanczos (support 3). All but nearest widen with the scale when an image shrinks.
/// </summary>
public enum Interpolation
{
    Nearest,
    Bilinear,
    Bicubic,
    Lanczos,
}
