using System.Globalization;
using BpDao.Core;

namespace BpDao.CrossCheck;

/// <summary>What the command line asks for.</summary>
internal sealed record Options
{
    public const string Usage = "cross-check [--programs N] [--seed S] [--fork F] [--jobs J] [--show] [--control]";

    public ulong Programs { get; private init; } = 1000;

    /// <summary>The first seed; the following programs have the following seeds.</summary>
    public ulong Seed { get; private init; } = 1;

    public Fork? Fork { get; private init; }

    public int Jobs { get; private init; } = Environment.ProcessorCount;

    /// <summary>Print each case and both outcomes.</summary>
    public bool Show { get; private init; }

    /// <summary>Our side follows the rules of the fork before: the comparison must notice.</summary>
    public bool Control { get; private init; }

    /// <returns>Null with the reason when the arguments cannot be used.</returns>
    public static Options? Read(IReadOnlyList<string> arguments, out string? fault)
    {
        Options options = new();
        for (int i = 0; i < arguments.Count; i++)
        {
            if (arguments[i] is "--show" or "--control")
            {
                options = arguments[i] == "--show" ? options with { Show = true } : options with { Control = true };
                continue;
            }

            string value = i + 1 < arguments.Count ? arguments[i + 1] : "";
            Options? next = arguments[i++] switch
            {
                "--programs" when Number(value) is { } n => options with { Programs = n },
                "--seed" when Number(value) is { } n => options with { Seed = n },
                "--jobs" when Number(value) is > 0 and <= 64 and var n => options with { Jobs = (int)n },
                "--fork" when Enum.TryParse(value, ignoreCase: true, out Fork fork) && CaseForks.Known(fork) => options with { Fork = fork },
                _ => null,
            };
            if (next is null)
            {
                fault = $"'{arguments[i - 1]} {value}' cannot be used; usage: {Usage}";
                return null;
            }

            options = next;
        }

        fault = null;
        return options;
    }

    private static ulong? Number(string text) => ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong n) ? n : null;
}
