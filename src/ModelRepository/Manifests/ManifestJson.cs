using System.Text.Json;
using System.Text.Json.Serialization;
using Lineup.ModelRepository.Catalogs;

namespace Lineup.ModelRepository.Manifests;

/// <summary>The one way manifests and catalogs are read and written: camelCase, enums as words in any case, comments allowed.</summary>
public static class ManifestJson
{
    public static JsonSerializerOptions Options { get; } = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        NumberHandling = JsonNumberHandling.Strict,
        Converters =
        {
            new WordEnumConverter<TensorLayout>(JsonNamingPolicy.SnakeCaseUpper),
            new WordEnumConverter<ChannelOrder>(JsonNamingPolicy.SnakeCaseUpper),
            new WordEnumConverter<Interpolation>(JsonNamingPolicy.CamelCase),
            new WordEnumConverter<ModelOutput>(JsonNamingPolicy.CamelCase),
            new WordEnumConverter<UrlStatus>(JsonNamingPolicy.CamelCase),
        },
    };

    private sealed class WordEnumConverter<T>(JsonNamingPolicy policy) : JsonConverter<T>
        where T : struct, Enum
    {
        public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            var word = reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
            foreach (var value in Enum.GetValues<T>())
            {
                if (string.Equals(value.ToString(), word, StringComparison.OrdinalIgnoreCase))
                    return value;
            }

            throw new JsonException($"'{word}' is none of {string.Join(", ", Enum.GetNames<T>().Select(policy.ConvertName))}");
        }

        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
            writer.WriteStringValue(policy.ConvertName(value.ToString()));
    }
}
