namespace Lineup.Training.Data;

/// <summary>A picture as it is augmented: rows from the top, three bytes a pixel, red first.</summary>
/// <param name="Pixels">Width x height x 3 bytes.</param>
/// <param name="Width">In pixels.</param>
/// <param name="Height">In pixels.</param>
internal sealed record DecodedPicture(byte[] Pixels, int Width, int Height);
