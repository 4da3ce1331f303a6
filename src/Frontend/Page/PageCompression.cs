using System.IO.Compression;
using Microsoft.AspNetCore.ResponseCompression;

namespace Lineup.Frontend.Page;

/// <summary>
/// Compresses what is made while the server runs: the page's HTML and its theme. Files of the page need none of it, since they are
/// compressed when they are built.
/// </summary>
/// <remarks>
/// Over HTTPS, too. Compression betrays a secret to those who can watch lengths and make a browser ask again and again for an answer that
/// holds both the secret and words of theirs (BREACH, https://www.breachattack.com). A page has words of theirs, from its address, but no
/// secret: no cookie, key or form token is in it, anybody may read the models that it shows, and what it hands to its circuit is
/// encrypted anew each time. Endpoints that answer to a key, and streams of events, which would be held back, are left alone.
/// </remarks>
internal static class PageCompression
{
    public static void AddPageCompression(this IServiceCollection services)
    {
        services.AddResponseCompression(options =>
        {
            options.EnableForHttps = true;
            options.MimeTypes = ["text/html", "text/css"];
        });

        // Half a millisecond for a page of twenty models; the next level takes ten times as long for a tenth less.
        services.Configure<BrotliCompressionProviderOptions>(brotli => brotli.Level = CompressionLevel.Fastest);
        services.Configure<GzipCompressionProviderOptions>(gzip => gzip.Level = CompressionLevel.Fastest);
    }

    public static void UsePageCompression(this WebApplication app) => app.UseWhen(
        context => context.GetEndpoint()?.Metadata.GetMetadata<Compressible>() is not null,
        pages => pages.UseResponseCompression());
}

/// <summary>Marks endpoints whose pages and style sheets may be compressed: they hold nothing that is secret.</summary>
internal sealed class Compressible;
