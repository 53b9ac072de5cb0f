using System.Buffers;
using System.Text;
using System.Text.Json;

namespace BpDao.Node.Commands.Conformance;

/// <summary>One JSON object on one line.</summary>
internal static class JsonLine
{
    public static string Of(Action<Utf8JsonWriter> members)
    {
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter writer = new(buffer))
        {
            writer.WriteStartObject();
            members(writer);
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
