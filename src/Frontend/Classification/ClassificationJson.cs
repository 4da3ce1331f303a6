using System.Text.Json;
using System.Text.Json.Serialization;

namespace Lineup.Frontend.Classification;

/// <summary>
/// Writes the answers of the hot path with code made at compile time and in one piece, so that the response has a length and leaves in
/// one write.
/// </summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    GenerationMode = JsonSourceGenerationMode.Serialization)]
[JsonSerializable(typeof(ClassificationResponse))]
internal sealed partial class ClassificationJson : JsonSerializerContext
{
    public static IResult Ok(ClassificationResponse response) => new Result(response);

    private sealed class Result(ClassificationResponse response) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            var json = JsonSerializer.SerializeToUtf8Bytes(response, Default.ClassificationResponse);
            httpContext.Response.ContentType = "application/json; charset=utf-8";
            httpContext.Response.ContentLength = json.Length;
            return httpContext.Response.Body.WriteAsync(json, httpContext.RequestAborted).AsTask();
        }
    }
}
