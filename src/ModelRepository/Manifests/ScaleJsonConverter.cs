using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Lineup.ModelRepository.Manifests;

/// <summary>Reads a pixel scale written as a number (0.0039) or as a fraction ("1/255"); writes the fraction where it is one.</summary>
internal sealed class ScaleJsonConverter : JsonConverter<double>
{
    public override double Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.Number)
            return reader.GetDouble();

        var parts = (reader.TokenType == JsonTokenType.String ? reader.GetString()! : "").Split('/');
        if (parts.Length is 1 or 2 && TryParse(parts[0], out var numerator) && TryParse(parts[^1], out var denominator))
            return parts.Length == 1 ? numerator : numerator / denominator;
        throw new JsonException("scale must be a number or a fraction such as \"1/255\"");
    }

    public override void Write(Utf8JsonWriter writer, double value, JsonSerializerOptions options)
    {
        var inverse = Math.Round(1 / value);
        if (inverse > 1 && 1 / inverse == value)
            writer.WriteStringValue(string.Create(CultureInfo.InvariantCulture, $"1/{inverse}"));
        else
            writer.WriteNumberValue(value);
    }

    private static bool TryParse(string text, out double value) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value);
}
