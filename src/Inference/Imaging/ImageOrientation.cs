namespace Lineup.Inference.Imaging;

/// <summary>
/// EXIF orientation (tag 0x0112): which side of the stored picture is the top, and which the left, of the picture as it is shown.
/// </summary>
public enum ImageOrientation
{
    TopLeft = 1,
    TopRight = 2,
    BottomRight = 3,
    BottomLeft = 4,
    LeftTop = 5,
    RightTop = 6,
    RightBottom = 7,
    LeftBottom = 8,
}

internal static class ImageOrientationExtensions
{
    /// <summary>Whether stored rows are shown as columns.</summary>
    public static bool IsTransposed(this ImageOrientation orientation) => orientation >= ImageOrientation.LeftTop;

    /// <summary>Whether the stored x axis runs against the shown axis it maps to.</summary>
    public static bool FlipsStoredX(this ImageOrientation orientation) => orientation is ImageOrientation.TopRight
        or ImageOrientation.BottomRight or ImageOrientation.RightBottom or ImageOrientation.LeftBottom;

    /// <summary>Whether the stored y axis runs against the shown axis it maps to.</summary>
    public static bool FlipsStoredY(this ImageOrientation orientation) => orientation is ImageOrientation.BottomRight
        or ImageOrientation.BottomLeft or ImageOrientation.RightTop or ImageOrientation.RightBottom;
}
