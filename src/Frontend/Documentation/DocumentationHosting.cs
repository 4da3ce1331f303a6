using System.Text.Json;
using System.Text.Json.Serialization;
using Lineup.Frontend.Classification;
using Lineup.Frontend.Security;
using Microsoft.OpenApi;
using Scalar.AspNetCore;

namespace Lineup.Frontend.Documentation;

/// <summary>The API's OpenAPI document on /openapi/v1.json and a page over it on /docs, both made from the code.</summary>
internal static class DocumentationHosting
{
    public static void AddApiDocumentation(this WebApplicationBuilder builder)
    {
        builder.Services.ConfigureHttpJsonOptions(json =>
        {
            json.SerializerOptions.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.CamelCase));
            json.SerializerOptions.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
        });
        builder.Services.AddOpenApi(options =>
        {
            options.AddDocumentTransformer((document, _, _) =>
            {
                document.Info.Title = "Lineup";
                document.Info.Description = "Image classifiers and their variants, side by side.";
                return Task.CompletedTask;
            });
            options.AddOperationTransformer((operation, context, _) =>
            {
                if (context.Description.ActionDescriptor.EndpointMetadata.OfType<TakesPicture>().Any())
                    operation.RequestBody = PictureBody();
                return Task.CompletedTask;
            });
        });
    }

    public static void MapApiDocumentation(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapOpenApi();

        // Nothing that calls the vendor or any other host: fonts, telemetry, its agent and its services.
        endpoints.MapScalarApiReference("/docs", options => options
            .WithTitle("Lineup API").DisableTelemetry().DisableDefaultFonts().DisableAgent().DisableMcp().HideDeveloperTools().HideClientButton().HideModels()).WithMetadata(ContentPolicy.Documentation);
    }

    private static OpenApiRequestBody PictureBody()
    {
        var picture = new OpenApiSchema { Type = JsonSchemaType.String, Format = "binary" };
        var form = new OpenApiSchema
        {
            Type = JsonSchemaType.Object,
            Required = new HashSet<string> { "image" },
            Properties = new Dictionary<string, IOpenApiSchema> { ["image"] = picture },
        };
        return new()
        {
            Required = true,
            Description = "The picture.",
            Content = new Dictionary<string, OpenApiMediaType>
            {
                ["multipart/form-data"] = new OpenApiMediaType { Schema = form },
                ["image/*"] = new OpenApiMediaType { Schema = picture },
            },
        };
    }
}
