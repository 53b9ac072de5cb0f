using System.Globalization;
using System.Reflection;

namespace BpDao.Node.Options;

/// <summary>One option: its name, its meaning, and how its text becomes the property's value.</summary>
internal sealed class OptionDefinition
{
    private const string EnvironmentPrefix = "BPDAO_";

    private readonly PropertyInfo _property;
    private readonly OptionAttribute _attribute;

    public OptionDefinition(PropertyInfo property, OptionAttribute attribute, object defaults)
    {
        _property = property;
        _attribute = attribute;
        Area = property.DeclaringType!;
        Default = Format(property.GetValue(defaults));
    }

    /// <summary>The record the option belongs to.</summary>
    public Type Area { get; }

    public string Key => _attribute.Key;

    public string Unit => _attribute.Unit;

    public string Description => _attribute.Description;

    /// <summary>The default as text; empty for "none".</summary>
    public string Default { get; }

    public bool IsFlag => _property.PropertyType == typeof(bool);

    /// <summary>E.g. <c>BPDAO_HTTP_PORT</c> for <c>http.port</c>.</summary>
    public string EnvironmentName => EnvironmentNameOf(Key);

    public static string EnvironmentNameOf(string key) =>
        EnvironmentPrefix + key.ToUpperInvariant().Replace('.', '_').Replace('-', '_');

    /// <summary>Sets the property from text; says what is wrong, or null.</summary>
    public string? Set(object area, string text)
    {
        string? fault = Parse(text, out object? value);
        if (fault is null) _property.SetValue(area, value);
        return fault;
    }

    public string ValueOf(object area) => Format(_property.GetValue(area));

    private string? Parse(string text, out object? value)
    {
        Type type = Nullable.GetUnderlyingType(_property.PropertyType) ?? _property.PropertyType;
        value = null;
        if (type == typeof(bool))
        {
            if (!bool.TryParse(text, out bool flag)) return "want true or false";
            value = flag;
            return null;
        }

        if (type == typeof(int) || type == typeof(long) || type == typeof(ulong)) return ParseNumber(type, text, out value);
        if (type == typeof(IReadOnlyList<string>))
        {
            value = (IReadOnlyList<string>)text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
            return null;
        }

        if (_attribute.Choices.Length != 0 && !_attribute.Choices.Contains(text)) return $"want one of {string.Join(", ", _attribute.Choices)}";
        value = text;
        return null;
    }

    private string? ParseNumber(Type type, string text, out object? value)
    {
        value = null;
        long max = type == typeof(int) ? Math.Min(_attribute.Max, int.MaxValue) : _attribute.Max;
        if (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long number) || number < _attribute.Min || number > max)
        {
            return max == long.MaxValue ? $"want a whole number, at least {_attribute.Min}" : $"want a whole number from {_attribute.Min} to {max}";
        }

        value = type == typeof(int) ? (int)number : type == typeof(ulong) ? (ulong)number : number;
        return null;
    }

    private static string Format(object? value) => value switch
    {
        null => "",
        bool flag => flag ? "true" : "false",
        IReadOnlyList<string> list => string.Join(',', list),
        IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString()!,
    };
}
