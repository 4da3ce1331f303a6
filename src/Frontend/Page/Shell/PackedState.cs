using System.Buffers;
using System.IO.Compression;
using System.Text.Json;
using Microsoft.AspNetCore.Components;

namespace Lineup.Frontend.Page.Shell;

/// <summary>
/// How what a page was prerendered with travels through the browser to its circuit: compressed, since variants look much alike, and
/// bounded, since the browser sends it back in the one message that opens the circuit, whose length is limited.
/// </summary>
/// <remarks>
/// What is longer stays here: the circuit finds nothing and reads for itself what the page was prerendered with a moment ago. A model of
/// six variants takes less than half a kilobyte, so that begins at some six hundred models.
/// </remarks>
internal sealed class PackedState<T> : PersistentComponentStateSerializer<T>
    where T : class
{
    /// <summary>In bytes; a page has two such states at most. What is encrypted and written as text is half as long again.</summary>
    public const int Longest = 256 << 10;

    private static readonly JsonSerializerOptions Json = JsonSerializerOptions.Web;

    public override void Persist(T value, IBufferWriter<byte> writer)
    {
        using var packed = new MemoryStream();
        using (var deflate = new DeflateStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            JsonSerializer.Serialize(deflate, value, Json);
        if (packed.Length <= Longest)
            writer.Write(packed.GetBuffer().AsSpan(0, (int)packed.Length));
    }

    public override T Restore(ReadOnlySequence<byte> data)
    {
        // The framework has no word for "nothing was kept", and gives the property what it gets.
        if (data.IsEmpty)
            return null!;
        using var packed = new MemoryStream(data.ToArray());
        using var deflate = new DeflateStream(packed, CompressionMode.Decompress);
        return JsonSerializer.Deserialize<T>(deflate, Json)!;
    }
}
