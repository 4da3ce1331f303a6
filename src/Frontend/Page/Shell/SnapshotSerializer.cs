using System.Buffers;
using System.IO.Compression;
using System.Text.Json;
using Microsoft.AspNetCore.Components;

namespace Lineup.Frontend.Page.Shell;

/// <summary>
/// How what a page was prerendered with travels through the browser to its circuit. Compressed, since variants look much alike: the
/// browser sends it back in the one message that opens the circuit, whose length is limited.
/// </summary>
internal sealed class SnapshotSerializer : PersistentComponentStateSerializer<ModelsSnapshot>
{
    private static readonly JsonSerializerOptions Json = JsonSerializerOptions.Web;

    public override void Persist(ModelsSnapshot value, IBufferWriter<byte> writer)
    {
        using var packed = new MemoryStream();
        using (var deflate = new DeflateStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            JsonSerializer.Serialize(deflate, value, Json);
        writer.Write(packed.GetBuffer().AsSpan(0, (int)packed.Length));
    }

    public override ModelsSnapshot Restore(ReadOnlySequence<byte> data)
    {
        using var packed = new MemoryStream(data.ToArray());
        using var deflate = new DeflateStream(packed, CompressionMode.Decompress);
        return JsonSerializer.Deserialize<ModelsSnapshot>(deflate, Json) ?? ModelsSnapshot.Unreachable;
    }
}
