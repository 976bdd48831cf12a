using Bunit;
using Microsoft.AspNetCore.Components.Web;
using RecOps.Client.Catalog;
using RecOps.Client.Rules;
using RecOps.Shared;
using Xunit;

namespace RecOps.Tests.Client.Rules;

public sealed class ValuePickerTests : ConsoleTest
{
    private string[] _values = [];

    public ValuePickerTests() =>
        Server
            .On(
                "GET",
                Routes.ItemSearch,
                CatalogJson.Default.ItemSearchResponse,
                _ => new([Sample.Item("a"), Sample.Item("b", inStock: false)], false)
            )
            .On("GET", Routes.ItemValues, CatalogJson.Default.ItemValuesResponse, _ => new([new("Lumo", 1), new("Nord", 1200)], 2));

    [Fact]
    public void Type_Items_OfferedAndAddedByKey()
    {
        IRenderedComponent<ValuePicker> picker = Open("item");

        picker.Find("input").Input("title");
        picker.WaitForAssertion(() => Assert.Equal(2, picker.FindAll("[role=option]").Count));
        Assert.Contains("sold out", picker.FindAll("[role=option]")[1].TextContent, StringComparison.Ordinal);
        Key(picker, "ArrowDown");
        Key(picker, "Enter");

        Assert.Equal(["b"], _values);
    }

    [Fact]
    public void Open_ValuesOfAField_WithHowManyItemsHaveThem()
    {
        IRenderedComponent<ValuePicker> picker = Open("brand");

        picker.Find("input").Focus();

        picker.WaitForAssertion(() =>
            Assert.Equal(
                ["Lumo1 item", "Nord1,200 items"],
                picker
                    .FindAll("[role=option]")
                    .Select(option => string.Concat(option.TextContent.Split('\n', StringSplitOptions.TrimEntries)))
            )
        );
    }

    [Fact]
    public void Keys_EscapeAndBackspace_CloseAndRemove()
    {
        IRenderedComponent<ValuePicker> picker = Open("brand", "Lumo", "Nord");

        picker.Find("input").Focus();
        Key(picker, "Escape");
        Assert.Empty(picker.FindAll("[role=option]"));
        Key(picker, "Backspace");

        Assert.Equal(["Lumo"], _values);
    }

    private static void Key(IRenderedComponent<ValuePicker> picker, string key) =>
        picker.Find("input").KeyDown(new KeyboardEventArgs { Key = key });

    private IRenderedComponent<ValuePicker> Open(string field, params string[] chosen)
    {
        _values = chosen;
        return Render<ValuePicker>(parameters =>
            parameters
                .Add(picker => picker.Id, "p")
                .Add(picker => picker.Label, "Pick")
                .Add(picker => picker.Field, field)
                .Add(picker => picker.Values, chosen)
                .Add(picker => picker.Changed, next => _values = next)
        );
    }
}
