using System.IO.Compression;
using Lineup.EndToEnd.Tests.Hosting;
using Lineup.TestSupport;

namespace Lineup.EndToEnd.Tests.RealModels;

/// <summary>The main job on real things: a pulled model, real photographs, one folder a class.</summary>
public sealed class MobileNetTests(MobileNetFixture frontend) : IClassFixture<MobileNetFixture>
{
    private const int Photographs = 20;

    [Fact]
    public async Task Classify_Photographs_FindsTheirClassAmongTheBestFive()
    {
        await frontend.StartAsync();
        var found = 0;
        var answers = new List<string>();
        foreach (var (wnid, photograph) in await ReadPhotographsAsync())
        {
            using var response = await frontend.Http.ClassifyFormAsync("mobilenetv2", photograph, fileName: "photo.jpg", type: "image/jpeg");

            var predictions = (await response.OkAsync()).List("predictions");
            found += predictions.Exists(prediction => prediction.Text("id") == wnid) ? 1 : 0;
            answers.Add($"{wnid}: {string.Join(", ", predictions.Select(prediction => prediction.Text("label")))}");
        }

        // Over many photographs it is 94 of 100.
        Assert.True(found >= 16, $"{found} of {Photographs} found:\n{string.Join('\n', answers)}");
    }

    [Fact]
    public async Task Compare_OriginalAndPublishedInt8_MostlyAgree()
    {
        await frontend.StartAsync();
        var agreed = 0;
        var answers = new List<string>();
        foreach (var (wnid, photograph) in await ReadPhotographsAsync())
        {
            using var response = await frontend.Http.CompareAsync("mobilenetv2", photograph, "?load=true");

            var variants = (await response.OkAsync()).List("variants");
            Assert.Equal(["original", "int8"], variants.Select(variant => variant.Text("variant")));
            Assert.True(variants[1].GetProperty("timing").GetProperty("decodeShared").GetBoolean());
            agreed += variants[1].GetProperty("agreesWithOriginal").GetBoolean() ? 1 : 0;
            answers.Add($"{wnid}: {variants[0].TopLabel()} - {variants[1].TopLabel()}");
        }

        // Over many photographs it is 93 of 100.
        Assert.True(agreed >= 15, $"{agreed} of {Photographs} agreed:\n{string.Join('\n', answers)}");
    }

    /// <summary>Photographs of as many classes, spread over the archive.</summary>
    private static async Task<List<(string Wnid, byte[] Photograph)>> ReadPhotographsAsync()
    {
        await using var archive = await ZipFile.OpenReadAsync(SharedData.RequireData("imagenet-calibration.zip"), TestContext.Current.CancellationToken);
        var entries = archive.Entries.Where(entry => entry.Name.EndsWith(".JPEG", StringComparison.Ordinal)).ToList();
        var photographs = new List<(string, byte[])>();
        for (var i = 0; i < Photographs; i++)
        {
            var entry = entries[i * entries.Count / Photographs];
            await using var stream = await entry.OpenAsync(TestContext.Current.CancellationToken);
            var bytes = new byte[entry.Length];
            await stream.ReadExactlyAsync(bytes, TestContext.Current.CancellationToken);
            photographs.Add((entry.FullName.Split('/')[0], bytes));
        }

        return photographs;
    }
}
