using Google.Protobuf;

namespace Lineup.Compression.Onnx;

/// <summary>
/// What the object model does not cover rides along as encoded bytes, doc strings and unknown fields alike: the reader empties a message
/// of all it understood and keeps the rest, the writer starts from that rest.
/// </summary>
internal static class Remains
{
    public static ReadOnlyMemory<byte> Of(IMessage emptied) => emptied.CalculateSize() == 0 ? default : emptied.ToByteArray();

    public static T Parse<T>(MessageParser<T> parser, ReadOnlyMemory<byte> remains)
        where T : IMessage<T>, new() => remains.IsEmpty ? new() : parser.ParseFrom(remains.Span);
}
