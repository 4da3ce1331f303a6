using Lineup.Frontend.Clustering;
using Lineup.Frontend.Errors;
using Lineup.Frontend.Security;
using Lineup.Frontend.Transport;
using Lineup.Inference.Imaging;
using Lineup.Inference.Serving;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Lineup.Frontend.Classification;

/// <summary>Registers and maps what takes uploads.</summary>
internal static class ClassificationHosting
{
    public static void AddClassification(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<IMemoryPoolFactory<byte>, UploadMemoryPool.Factory>();
        builder.Services.AddOptions<UploadOptions>().Bind(builder.Configuration.GetSection(UploadOptions.Section)).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton<UploadBudget>();
        builder.Services.AddSingleton<UploadReader>();
        builder.Services.AddSingleton<VariantGrains>();
        builder.Services.AddSingleton<VariantClassifier>();
        builder.Services.AddSingleton<Comparer>();
        builder.Services.TryAddSingleton<InferenceMetrics>();
        // Our handlers never block, so they may run where the bytes arrive: one hand-over between threads less for every read.
        builder.Services.Configure<SocketTransportOptions>(sockets => sockets.UnsafePreferInlineScheduling = true);
        builder.Services.AddOptions<KestrelServerOptions>().Configure<IOptions<ImageOptions>>((kestrel, images) =>
        {
            kestrel.AddServerHeader = false;

            // UploadReader is what limits a picture. The server's own limit lies higher, because beyond it the connection is cut, and a
            // caller that is still sending would see that instead of the answer. Up to it the rest of an upload is read and dropped.
            kestrel.Limits.MaxRequestBodySize = images.Value.MaxBytes * 2L;
        });
    }

    public static void MapClassification(this IEndpointRouteBuilder endpoints)
    {
        var models = endpoints.MapGroup("/api/models/{model}").WithTags("Classify");
        models.MapPost("/variants/{variant}/classify", ClassificationEndpoints.Classify)
            .WithName("Classify")
            .WithSummary("Classify a picture with one variant")
            .WithDescription(
                "Send the picture as the multipart field `image` or as the raw body. The format (JPEG, PNG, WebP, GIF, BMP) is "
                + "recognised by content. The variant is loaded if need be. A request that cannot be answered by its deadline is "
                + "turned away at once with `Retry-After`.")
            .WithMetadata(TakesPicture.Instance)
            .RequireInfer()
            .Produces<ClassificationResponse>()
            .ProducesProblems(400, 404, 408, 413, 415, 422, 429, 500, 503, 504);
        models.MapPost("/compare", ClassificationEndpoints.Compare)
            .WithName("Compare")
            .WithSummary("Classify a picture with every variant of a model, side by side")
            .WithDescription(
                "Variants answer one after the other, so that none disturbs another's time; the picture is decoded once. Only variants "
                + "that are ready take part, unless `load=true`. With `Accept: text/event-stream` each answer comes as it is there: events "
                + "`variant` and `skipped`, and `end` with the whole comparison; a stream without `end` was broken off.")
            .WithMetadata(TakesPicture.Instance)
            .RequireInfer()
            .Produces<ComparisonResponse>(200, "application/json", ComparisonAnswer.Stream)
            .ProducesProblems(400, 404, 408, 413, 415, 422, 429, 500, 503, 504);
    }
}

/// <summary>Marks an endpoint whose body is a picture, raw or in a multipart field, for the API's document.</summary>
internal sealed class TakesPicture
{
    public static TakesPicture Instance { get; } = new();
}
