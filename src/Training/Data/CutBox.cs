using Lineup.ModelRepository.Manifests;

namespace Lineup.Training.Data;

/// <summary>The part of a picture that becomes the input, in pixels of the picture; it may reach beyond its edges.</summary>
internal readonly record struct CutBox(double Left, double Top, double Width, double Height)
{
    private const int Trials = 10;

    /// <summary>The part that serving takes: the whole, or the centre after the shorter side has been scaled.</summary>
    public static CutBox Served(InputSpecification input, DecodedPicture picture)
    {
        if (input.CenterCrop is null && input.ResizeShorterSide is null)
            return new(0, 0, picture.Width, picture.Height);

        // Pixels of the picture to one of the input. A picture that is not to be scaled is, where the cut would not fit otherwise.
        var shorter = Math.Min(picture.Width, picture.Height);
        var scale = input.ResizeShorterSide is { } side ? (double)shorter / side
            : picture.Width < input.Width || picture.Height < input.Height ? (double)shorter / Math.Max(input.Width, input.Height)
            : 1;
        return new(Corner(picture.Width, input.Width, scale), Corner(picture.Height, input.Height, scale), input.Width * scale, input.Height * scale);
    }

    /// <summary>Serving rounds the corner to a whole pixel of the scaled picture, half to even.</summary>
    private static double Corner(int length, int crop, double scale) =>
        scale * Math.Round((Math.Truncate((length / scale) + 1e-9) - crop) / 2, MidpointRounding.ToEven);

    /// <summary>
    /// The served part, moved by whole pixels of the input; or a part of chance. torchvision's RandomResizedCrop tries ten times too, and
    /// then takes the centre.
    /// </summary>
    public static CutBox Draw(InputSpecification input, DecodedPicture picture, Augmentation augmentation, ref Draws draws)
    {
        var served = Served(input, picture);
        if (augmentation.LeastArea is not { } leastArea)
        {
            var range = (2 * augmentation.Shift) + 1;
            var (x, y) = (draws.Below(range) - augmentation.Shift, draws.Below(range) - augmentation.Shift);
            return served with { Left = served.Left + (x * served.Width / input.Width), Top = served.Top + (y * served.Height / input.Height) };
        }

        for (var trial = 0; trial < Trials; trial++)
        {
            var area = (double)picture.Width * picture.Height * draws.Between(leastArea, 1);
            var aspect = Math.Exp(draws.Between(Math.Log(3d / 4), Math.Log(4d / 3)));
            var (width, height) = (Math.Round(Math.Sqrt(area * aspect)), Math.Round(Math.Sqrt(area / aspect)));
            if (width >= 1 && height >= 1 && width <= picture.Width && height <= picture.Height)
                return new(draws.Below(picture.Width - (int)width + 1), draws.Below(picture.Height - (int)height + 1), width, height);
        }

        return served;
    }
}
