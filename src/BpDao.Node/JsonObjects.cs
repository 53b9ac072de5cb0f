using System.Text.Json;

namespace BpDao.Node;

/// <summary>Members of a JSON object that are objects or nothing.</summary>
internal static class JsonObjects
{
    /// <summary>Writes <paramref name="name"/> with an object, or with null where there is no value.</summary>
    /// <param name="members">Writes what is in it.</param>
    public static void WriteObject<T>(this Utf8JsonWriter w, string name, T? value, Action<T> members)
        where T : class
    {
        if (value is null)
        {
            w.WriteNull(name);
            return;
        }

        w.WriteStartObject(name);
        members(value);
        w.WriteEndObject();
    }
}
