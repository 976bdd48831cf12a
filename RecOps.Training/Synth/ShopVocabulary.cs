#pragma warning disable RCS0056 // A kind of product is a line.
namespace RecOps.Training.Synth;

/// <summary>A department of the synthetic shop; its name is the category of its items.</summary>
/// <param name="Code">Prefix of its items' ids.</param>
internal sealed record Department(string Code, string Name, Family[] Families);

/// <summary>Products of one kind.</summary>
/// <param name="Name">The items' subcategory.</param>
/// <param name="Price">Median price.</param>
/// <param name="Nouns">What the products are.</param>
/// <param name="Materials">What they are made of; part of the title.</param>
/// <param name="Variants">Flavours, scents or sizes that end the title; null for colours.</param>
/// <param name="ReplenishDays">Days after which a buyer needs more; 0 when one is enough.</param>
/// <param name="Weight">Demand relative to other families.</param>
internal sealed record Family(
    string Name, double Price, string[] Nouns, string[] Materials, string[]? Variants = null, int ReplenishDays = 0, Season Season = Season.AllYear, double Weight = 1);

/// <summary>When a family sells.</summary>
internal enum Season
{
    AllYear,
    Spring,
    Summer,
    Halloween,
    Christmas,
    Winter,
    School,
}

/// <summary>The vocabulary of the synthetic shop.</summary>
internal static class ShopVocabulary
{
    private static readonly string[] Scents = ["Cedar & Sage", "Fig Leaf", "Sea Salt", "Wild Rose", "Bergamot", "Lavender", "Orange "
        + "Blossom", "Sandalwood", "Unscented"];
    private static readonly string[] Sizes = ["Small", "Medium", "Large", "Extra Large"];
    private static readonly string[] Ages = ["6-12 Months", "1-2 Years", "2-4 Years", "4-6 Years"];
    private static readonly string[] Flavours = ["Chicken & Rice", "Salmon", "Turkey & Pumpkin", "Lamb", "Duck & Pea", "Beef"];

    /// <summary>Series that products belong to; the first word of a title.</summary>
    public static readonly string[] Collections =
    [
        "Aurora", "Harbour", "Juniper", "Willow", "Ember", "Solstice", "Meadow", "Linden", "Marlow", "Hazel", "Tidal", "Nordic", "Fable", "Cove",
        "Orchard", "Thistle", "Larkspur", "Summit", "Velvet", "Atlas", "Clover", "Birch", "Sorrel", "Indigo", "Wren", "Pebble", "Saffron", "Drift",
        "Bramble", "Harvest", "Luna", "Fern", "Haven", "Ridge", "Poppy", "Cinder", "Maple", "Isle", "Quarry", "Starling",
    ];

    public static readonly string[] Brands =
    [
        "Northfold", "Alder & Pine", "Maison Lune", "Kestrel", "Oak & Ember", "Fjordhus", "Little Finch", "Brightwater", "Casa Verde", "Hartwell",
        "Studio Nine", "Pemberley", "Tallow & Thread", "Blue Heron", "Marigold Lane", "Stonebridge", "Luma", "Good Acre", "Hearthside", "Vela",
        "Wildgrove", "Papermill", "Otter & Co", "Sundial", "Kindling", "Ravenscroft", "Mono", "Quillon", "Terra Nova", "Finch & Fable", "Seaward",
        "Ironwood", "Cloudberry", "Elm Street", "Tandem", "Rosewater", "Hillcrest", "Bonheur", "Arden", "Copperfield", "Nest & Nook", "Polar Days",
        "Greenhouse", "Lark Rise", "Foxglove", "Basecamp", "Merrow", "Ostara",
    ];

    public static readonly string[] Colours =
    [
        "Sage", "Ivory", "Charcoal", "Terracotta", "Dusty Rose", "Navy", "Mustard", "Forest Green", "Sand", "Slate", "Blush", "Teal", "Natural", "White",
        "Black", "Ochre", "Sky Blue", "Plum",
    ];

    public static readonly Department[] Departments =
    [
        new("KIT", "Kitchen",
        [
            new("Coffee & Tea Makers", 38, ["Pour-Over Set", "French Press", "Teapot", "Moka Pot", "Coffee Grinder", "Kettle"], ["Ceramic", "Glass", "Steel", "Enamel"], Weight: 1.4),
            new("Cookware", 55, ["Saucepan", "Casserole", "Frying Pan", "Wok", "Roasting Tin", "Stock Pot"], ["Cast-Iron", "Copper", "Steel", "Enamel"]),
            new("Knives & Boards", 32, ["Chef's Knife", "Bread Knife", "Chopping Board", "Paring Knife Set", "Serving Board"], ["Walnut", "Acacia", "Steel", "Oak"]),
            new("Baking", 18, ["Mixing Bowl", "Loaf Tin", "Rolling Pin", "Cake Stand", "Measuring Cups", "Muffin Tray"], ["Ceramic", "Beech", "Enamel", "Silicone"]),
            new("Storage Jars", 14, ["Storage Jar", "Spice Rack", "Bread Bin", "Canister Set", "Lunch Box"], ["Glass", "Bamboo", "Enamel", "Stoneware"]),
        ]),
        new("TAB", "Tableware",
        [
            new("Mugs", 11, ["Mug", "Espresso Cup Pair", "Travel Mug", "Tea Cup", "Latte Mug"], ["Stoneware", "Porcelain", "Enamel", "Bone China"], Weight: 1.8),
            new("Plates & Bowls", 16, ["Dinner Plate", "Pasta Bowl", "Side Plate Set", "Cereal Bowl", "Serving Platter"], ["Stoneware", "Porcelain", "Terracotta", "Melamine"]),
            new("Glassware", 22, ["Tumbler Set", "Wine Glass Pair", "Carafe", "Champagne Coupe", "Water Jug"], ["Recycled Glass", "Crystal", "Ribbed Glass", "Smoked Glass"]),
            new("Table Linen", 19, ["Tablecloth", "Napkin Set", "Table Runner", "Placemat Pair"], ["Linen", "Cotton", "Jute", "Washed "
                + "Linen"]),
            new("Cutlery", 45, ["Cutlery Set", "Salad Servers", "Cake Forks", "Cheese Knife Set"], ["Brushed Steel", "Brass", "Olive Wood", "Matt Steel"], Weight: 0.6),
        ]),
        new("LIV", "Living Room",
        [
            new("Cushions", 24, ["Cushion", "Bolster", "Floor Cushion", "Cushion Cover"], ["Velvet", "Linen", "Boucle", "Wool"], Weight: 1.5),
            new("Throws", 42, ["Throw", "Blanket", "Knitted Throw", "Picnic Blanket"], ["Wool", "Cotton", "Mohair", "Recycled"], Season: Season.Winter),
            new("Vases", 27, ["Vase", "Bud Vase Trio", "Stem Vase", "Planter"], ["Ceramic", "Glass", "Stoneware", "Terracotta"], Weight: 1.2),
            new("Wall Art", 36, ["Framed Print", "Wall Hanging", "Mirror", "Photo Frame", "Wall Clock"], ["Oak", "Rattan", "Brass", "Cotton"]),
            new("Baskets", 29, ["Storage Basket", "Log Basket", "Laundry Basket", "Magazine Rack"], ["Seagrass", "Willow", "Jute", "Rattan"]),
            new("Side Tables", 120, ["Side Table", "Stool", "Nesting Tables", "Plant Stand"], ["Oak", "Mango Wood", "Metal", "Walnut"], Weight: 0.4),
        ]),
        new("BED", "Bedroom",
        [
            new("Bed Linen", 68, ["Duvet Cover Set", "Fitted Sheet", "Pillowcase Pair", "Bedspread"], ["Washed Cotton", "Linen", "Percale", "Bamboo"]),
            new("Sleep", 34, ["Eye Mask", "Weighted Blanket", "Pillow", "Hot Water Bottle"], ["Silk", "Wool", "Cotton", "Down"], Season: Season.Winter),
            new("Loungewear", 48, ["Pyjama Set", "Robe", "Slippers", "Lounge Trousers"], ["Cotton", "Flannel", "Waffle", "Cashmere"], Season: Season.Winter),
            new("Wardrobe", 17, ["Hanger Set", "Jewellery Box", "Drawer Organiser", "Shoe Rack"], ["Cedar", "Velvet", "Bamboo", "Felt"], Weight: 0.7),
        ]),
        new("BAT", "Bath",
        [
            new("Towels", 26, ["Bath Towel", "Hand Towel Pair", "Bath Sheet", "Hammam Towel"], ["Cotton", "Waffle", "Organic", "Linen"]),
            new("Bath Accessories", 16, ["Soap Dish", "Toothbrush Holder", "Bath Mat", "Bath Caddy"], ["Stone", "Bamboo", "Ceramic", "Teak"]),
            new("Soap", 8, ["Hand Soap", "Soap Bar", "Body Wash", "Bath Salts"], ["Olive Oil", "Shea", "Goat Milk", "Botanical"], Scents, 35, Weight: 2.2),
        ]),
        new("GAR", "Garden",
        [
            new("Pots & Planters", 25, ["Plant Pot", "Window Box", "Hanging Planter", "Trough"], ["Terracotta", "Zinc", "Fibreclay", "Ceramic"], Season: Season.Spring, Weight: 1.5),
            new("Garden Tools", 21, ["Hand Trowel", "Secateurs", "Watering Can", "Garden Fork", "Gloves"], ["Ash", "Steel", "Copper", "Leather"], Season: Season.Spring),
            new("Seeds & Bulbs", 5, ["Wildflower Seeds", "Tulip Bulbs", "Herb Kit", "Sweet Pea Seeds", "Vegetable Seeds"], ["Heritage", "Organic", "Bee-Friendly", "Cottage"], ["Mixed", "Early", "Late", "Dwarf", "Tall"], 45, Season.Spring, 1.6),
            new("Outdoor Dining", 58, ["Picnic Basket", "Lantern", "Fire Bowl", "Deck Chair", "Parasol"], ["Willow", "Metal", "Acacia", "Canvas"], Season: Season.Summer),
            new("Bird Care", 15, ["Bird Feeder", "Nest Box", "Bird Bath", "Bee House"], ["Cedar", "Copper", "Stone", "Oak"], Season: Season.Winter, Weight: 0.8),
        ]),
        new("LIG", "Lighting",
        [
            new("Table Lamps", 72, ["Table Lamp", "Desk Lamp", "Bedside Lamp", "Task Lamp"], ["Ceramic", "Brass", "Rattan", "Marble"]),
            new("Pendants", 88, ["Pendant Shade", "Lampshade", "Ceiling Light", "Lantern Shade"], ["Linen", "Paper", "Bamboo", "Glass"], Weight: 0.7),
            new("Fairy Lights", 14, ["Fairy Lights", "Festoon Lights", "Light Curtain", "Star Light"], ["Copper", "Warm White", "Solar", "Globe"], Season: Season.Christmas, Weight: 1.2),
            new("Candles", 17, ["Scented Candle", "Pillar Candle", "Taper Candles", "Reed Diffuser", "Tealights"], ["Soy", "Beeswax", "Rapeseed", "Botanical"], Scents, 50, Weight: 2.2),
        ]),
        new("STA", "Stationery",
        [
            new("Notebooks", 12, ["Notebook", "Weekly Planner", "Sketchbook", "Journal", "Recipe Book"], ["Linen-Bound", "Leather", "Recycled", "Cloth"], Season: Season.School, Weight: 1.4),
            new("Pens & Inks", 9, ["Fountain Pen", "Gel Pen Set", "Pencil Set", "Ink Bottle", "Brush Pens"], ["Brass", "Cedar", "Recycled", "Classic"], Season: Season.School, ReplenishDays: 90),
            new("Cards", 4, ["Birthday Card", "Thank You Cards", "Postcard Set", "Notecards"], ["Letterpress", "Watercolour", "Foiled", "Botanical"], Weight: 1.3),
            new("Gift Wrap", 5, ["Wrapping Paper", "Ribbon", "Gift Bag", "Gift Tags"], ["Kraft", "Cotton", "Satin", "Printed"], ReplenishDays: 80, Season: Season.Christmas, Weight: 1.3),
            new("Desk", 23, ["Desk Tidy", "Pen Pot", "Pinboard", "Letter Tray", "Desk Pad"], ["Oak", "Cork", "Felt", "Metal"], Weight: 0.8),
        ]),
        new("TOY", "Toys",
        [
            new("Wooden Toys", 22, ["Building Blocks", "Train Set", "Stacking Rings", "Play Kitchen", "Pull-Along Dog"], ["Beech", "Painted", "Maple", "Bamboo"], Ages),
            new("Soft Toys", 16, ["Bear", "Rabbit", "Elephant", "Fox", "Dinosaur", "Doll"], ["Knitted", "Velvet", "Corduroy", "Organic"], Weight: 1.3),
            new("Puzzles & Games", 18, ["Jigsaw Puzzle", "Memory Game", "Dominoes", "Card Game", "Floor Puzzle"], ["Wooden", "Recycled", "Illustrated", "Giant"], ["100 Pieces", "500 Pieces", "1000 Pieces", "Travel Size"], Season: Season.Christmas),
            new("Craft Kits", 15, ["Sewing Kit", "Clay Set", "Painting Kit", "Bead Set", "Origami Kit"], ["Beginner's", "Rainbow", "Woodland", "Ocean"], ["4+ Years", "6+ Years", "8+ Years", "10+ Years"]),
            new("Dressing Up", 24, ["Pirate Costume", "Fairy Wings", "Witch Hat", "Cape", "Crown"], ["Velvet", "Felt", "Sequin", "Cotton"], Sizes, Season: Season.Halloween, Weight: 0.9),
        ]),
        new("BAB", "Baby",
        [
            new("Nappies", 14, ["Nappies", "Wipes", "Training Pants", "Changing Mats"], ["Bamboo", "Organic", "Sensitive", "Eco"], ["Newborn", "Size 2", "Size 3", "Size 4", "Size 5"], 21, Weight: 2),
            new("Baby Clothes", 18, ["Sleepsuit", "Bodysuit Set", "Cardigan", "Dungarees", "Bonnet"], ["Organic Cotton", "Merino", "Muslin", "Knitted"], Ages),
            new("Feeding", 15, ["Bib Pair", "Weaning Set", "Sippy Cup", "Snack Pot"], ["Silicone", "Bamboo", "Muslin", "Stainless"]),
            new("Nursery", 39, ["Mobile", "Night Light", "Swaddle Blanket", "Growth Chart", "Toy Basket"], ["Felt", "Wooden", "Muslin", "Cotton"], Weight: 0.8),
        ]),
        new("PET", "Pets",
        [
            new("Dog Food", 28, ["Dry Dog Food", "Dog Stew", "Puppy Food", "Dog Biscuits"], ["Grain-Free", "Natural", "Cold-Pressed", "Senior"], Flavours, 26, Weight: 2),
            new("Cat Food", 21, ["Dry Cat Food", "Cat Pouches", "Kitten Food", "Cat Treats"], ["Grain-Free", "Natural", "Indoor", "Senior"], Flavours, 24, Weight: 1.8),
            new("Beds & Blankets", 46, ["Dog Bed", "Cat Basket", "Pet Blanket", "Travel Mat"], ["Tweed", "Wool", "Corduroy", "Jute"], Sizes, Weight: 0.8),
            new("Collars & Toys", 14, ["Collar", "Lead", "Rope Toy", "Cat Wand", "Harness"], ["Leather", "Hemp", "Tweed", "Recycled"]),
        ]),
        new("ACC", "Accessories",
        [
            new("Bags", 44, ["Tote Bag", "Rucksack", "Weekend Bag", "Crossbody Bag", "Wash Bag"], ["Canvas", "Leather", "Recycled", "Waxed Cotton"], Weight: 1.3),
            new("Scarves & Hats", 29, ["Scarf", "Beanie", "Gloves", "Beret", "Snood"], ["Lambswool", "Cashmere", "Merino", "Alpaca"], Season: Season.Winter),
            new("Jewellery", 33, ["Hoop Earrings", "Pendant Necklace", "Bangle", "Ring", "Stud Earrings"], ["Silver", "Gold-Plated", "Pearl", "Brass"]),
            new("Summer", 27, ["Sun Hat", "Beach Bag", "Sunglasses", "Sandals", "Sarong"], ["Straw", "Raffia", "Linen", "Acetate"], Season: Season.Summer),
            new("Umbrellas", 26, ["Umbrella", "Rain Poncho", "Folding Umbrella"], ["Recycled", "Bamboo", "Classic", "Windproof"], Weight: 0.5),
        ]),
        new("BEA", "Beauty",
        [
            new("Skincare", 24, ["Face Cream", "Cleansing Balm", "Serum", "Face Oil", "Clay Mask"], ["Rosehip", "Hyaluronic", "Vitamin C", "Oat"], ["30 ml", "50 ml", "75 ml", "100 ml"], 48, Weight: 2),
            new("Hair", 15, ["Shampoo Bar", "Conditioner", "Hair Oil", "Hair Mask", "Hair Brush"], ["Argan", "Coconut", "Nettle", "Almond"], ["Fine Hair", "Dry Hair", "Curly Hair", "Every Day"], 42, Weight: 1.6),
            new("Hand & Body", 14, ["Hand Cream", "Body Lotion", "Body Oil", "Lip Balm", "Deodorant"], ["Shea", "Almond", "Calendula", "Aloe"], Scents, 40, Weight: 1.6),
            new("Suncare", 18, ["Sun Cream", "After Sun", "Face Sun Fluid", "Sun Stick"], ["Mineral", "Reef-Safe", "Family", "Sport"], ["SPF 15", "SPF 30", "SPF 50"], 30, Season.Summer, 0.9),
        ]),
        new("PAN", "Pantry",
        [
            new("Coffee Beans", 12, ["Coffee Beans", "Ground Coffee", "Espresso Beans", "Decaf Beans"], ["Single-Origin", "House Blend", "Organic", "Small-Batch"], ["Light Roast", "Medium Roast", "Dark Roast", "Filter", "Espresso"], 20, Weight: 2.6),
            new("Tea", 9, ["Loose-Leaf Tea", "Tea Bags", "Herbal Infusion", "Green Tea"], ["Organic", "Hand-Picked", "Estate", "Caffeine-Free"], ["Earl Grey", "Assam", "Mint", "Chamomile", "Rooibos", "Sencha"], 28, Weight: 2),
            new("Chocolate", 7, ["Chocolate Bar", "Truffles", "Hot Chocolate", "Chocolate Almonds"], ["Dark", "Milk", "Single-Estate", "Vegan"], ["Sea Salt", "Hazelnut", "Orange", "Raspberry", "70% Cocoa"], 22, Weight: 2),
            new("Oils & Preserves", 10, ["Olive Oil", "Honey", "Strawberry Jam", "Chutney", "Mustard"], ["Cold-Pressed", "Raw", "Farmhouse", "Small-Batch"], ["250 g", "350 g", "500 g", "Gift Jar"], 40, Weight: 1.4),
            new("Hampers", 62, ["Breakfast Hamper", "Cheese Hamper", "Sweet Hamper", "Picnic Hamper"], ["Classic", "Luxury", "Vegan", "Farmhouse"], ["For Two", "For Four", "Family"], Season: Season.Christmas, Weight: 0.9),
        ]),
        new("CHR", "Christmas",
        [
            new("Tree Decorations", 6, ["Bauble Set", "Star Topper", "Robin", "Icicles", "Angel"], ["Glass", "Felt", "Wooden", "Brass"], Season: Season.Christmas, Weight: 1.8),
            new("Wreaths & Garlands", 34, ["Wreath", "Garland", "Stocking", "Advent Calendar"], ["Eucalyptus", "Pine", "Velvet", "Knitted"], Season: Season.Christmas),
            new("Crackers & Table", 19, ["Christmas Crackers", "Place Cards", "Table Confetti", "Paper Chains"], ["Recycled", "Kraft", "Foiled", "Printed"], Season: Season.Christmas),
        ]),
        new("OUT", "Outdoors",
        [
            new("Camping", 52, ["Camp Stove", "Sleeping Mat", "Lantern", "Camp Chair", "Mess Tin Set"], ["Titanium", "Aluminium", "Recycled", "Canvas"], Season: Season.Summer),
            new("Bottles & Flasks", 24, ["Water Bottle", "Flask", "Insulated Cup", "Hydration Pack"], ["Steel", "Glass", "Recycled", "Titanium"], Weight: 1.3),
            new("Fitness", 31, ["Yoga Mat", "Resistance Bands", "Foam Roller", "Skipping Rope", "Kettlebell"], ["Cork", "Natural Rubber", "Recycled", "Cotton"]),
            new("Walking", 38, ["Walking Socks", "Rain Jacket", "Day Pack", "Gaiters", "Walking Poles"], ["Merino", "Waxed", "Recycled", "Carbon"]),
            new("Energy Bars", 16, ["Energy Bars", "Trail Mix", "Electrolyte Tabs", "Protein Powder"], ["Natural", "Organic", "Vegan", "High-Protein"], ["Cocoa", "Berry", "Peanut", "Lemon", "Coconut"], 24, Weight: 1.4),
        ]),
    ];
}
