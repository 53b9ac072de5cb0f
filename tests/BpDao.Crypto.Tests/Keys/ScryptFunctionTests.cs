using System.Text;
using CsCheck;
using Org.BouncyCastle.Crypto.Generators;
using Xunit;

namespace BpDao.Crypto.Tests;

public sealed class ScryptFunctionTests
{
    [Theory]
    [InlineData("", "", 16, 1, 1, "77d6576238657b203b19ca42c18a0497f16b4844e3074ae8dfdffa3fede21442fcd0069ded0948f8326a753a0fc81f17e8d3e0fb2e0d3628cf35e20c38d18906")]
    [InlineData("password", "NaCl", 1024, 8, 16, "fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b3731622eaf30d92e22a3886ff109279d9830dac727afb94a83ee6d8360cbdfa2cc0640")]
    public void Derives_the_examples_of_rfc_7914(string password, string salt, int n, int r, int p, string expected) =>
        Assert.Equal(expected, Convert.ToHexStringLower(ScryptFunction.Derive(Encoding.ASCII.GetBytes(password), Encoding.ASCII.GetBytes(salt), n, r, p, 64)));

    [Fact]
    public void Agrees_with_another_implementation() =>
        Gen.Select(Gen.Byte.Array[0, 40], Gen.Byte.Array[0, 40], Gen.Int[1, 8], Gen.Int[1, 9], Gen.Int[1, 3]).Sample((password, salt, cost, r, p) =>
            ScryptFunction.Derive(password, salt, 1 << cost, r, p, 32).AsSpan().SequenceEqual(SCrypt.Generate(password, salt, 1 << cost, r, p, 32)), iter: 100);
}
